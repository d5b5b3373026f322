using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Mien.Tests;

public sealed class BadInputTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    private const string Multipart = "multipart/form-data; boundary=b";

    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    public static TheoryData<string, byte[], string?, int, string> Bodies => new()
    {
        { "text", "this is no picture"u8.ToArray(), "image/png", 422, "not-a-picture" },
        { "empty", [], "image/png", 400, "no-picture" },
        { "truncated", RunningServer.Sample[..2000], "image/png", 422, "damaged-picture" },
        { "only the first bytes", RunningServer.Sample[..12], "image/png", 422, "damaged-picture" },
        { "100 megapixels", Png(10_000, 10_000, 16), "image/png", 413, "picture-too-large" },
        { "a zip bomb", Png(50_000, 50_000, 100_000_000), "image/png", 413, "picture-too-large" },
        { "a size beyond all numbers", Png(0x7fffffff, 0x7fffffff, 16), "image/png", 413, "picture-too-large" },
        { "text type", RunningServer.Sample, "text/plain", 415, "unsupported-content-type" },
        { "a video", RunningServer.Sample, "video/mp4", 415, "unsupported-content-type" },
        { "no type", RunningServer.Sample, null, 415, "unsupported-content-type" },
        { "nonsense type", RunningServer.Sample, "///", 415, "unsupported-content-type" },
        { "too large", new byte[(16 << 20) + 1], "image/png", 413, "request-too-large" },
        { "no boundary", RunningServer.Sample, "multipart/form-data", 400, "malformed-multipart" },
        { "a boundary without end", RunningServer.Sample, $"multipart/form-data; boundary={new string('b', 200)}", 400, "malformed-multipart" },
        { "no parts", "--b--\r\n"u8.ToArray(), Multipart, 400, "no-picture" },
        { "multipart that breaks off", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc"u8.ToArray(), Multipart, 400, "malformed-multipart" },
        { "another field", "--b\r\nContent-Disposition: form-data; name=\"picture\"\r\n\r\nabc\r\n--b--\r\n"u8.ToArray(), Multipart, 400, "malformed-multipart" },
        { "a part without a name", "--b\r\nContent-Type: image/png\r\n\r\nabc\r\n--b--\r\n"u8.ToArray(), Multipart, 400, "malformed-multipart" },
        { "too many pictures", Fields(17), Multipart, 413, "too-many-pictures" },
        { "half of JSON", Json("""{"pictures":[{"""), "application/json", 400, "malformed-json" },
        { "JSON of another form", Json("""{"images":[]}"""), "application/json", 400, "malformed-json" },
        { "JSON that is no object", Json("42"), "application/json", 400, "malformed-json" },
        { "a null for a picture", Json("""{"pictures":[null]}"""), "application/json", 400, "malformed-json" },
        { "a picture without data", Json("""{"pictures":[{"source":"a"}]}"""), "application/json", 400, "malformed-json" },
        { "a number for data", Json("""{"pictures":[{"data":1}]}"""), "application/json", 400, "malformed-json" },
        { "half a letter", Json("""{"pictures":[{"source":"\ud800","data":""}]}"""), "application/json", 400, "malformed-json" },
        { "JSON null", Json("null"), "application/json", 400, "malformed-json" },
        { "no pictures", Json("""{"pictures":[]}"""), "application/json", 400, "no-picture" },
        { "bad base64", Json("""{"pictures":[{"data":"@@@@"}]}"""), "application/json", 400, "bad-base64" },
        { "base64 of text", Json("""{"pictures":[{"data":"aGVsbG8="}]}"""), "application/json", 422, "not-a-picture" },
        { "too many in JSON", Json($$"""{"pictures":[{{string.Join(',', Enumerable.Repeat("""{"data":""}""", 17))}}]}"""), "application/json", 413, "too-many-pictures" },
    };

    [Theory]
    [MemberData(nameof(Bodies), DisableDiscoveryEnumeration = true)]
    public async Task Bad_input_gets_its_problem_and_the_server_goes_on(string what, byte[] body, string? type, int status, string problem)
    {
        Assert.NotEmpty(what);
        using (var answer = await running.Server.PostAsync(body, type))
            await RunningServer.ProblemAsync(answer, status, problem);
        using var next = await running.Server.PostAsync(RunningServer.Blank, "image/png");
        await RunningServer.JsonAsync(next);
    }

    [Theory]
    [InlineData("?labels=nonsense", 400, "unknown-labels")]
    [InlineData("?labels=", 400, "unknown-labels")]
    [InlineData("?labels=ferplus&labels=ferplus", 400, "unknown-labels")]
    [InlineData("?model=other", 400, "unknown-parameter")]
    public async Task A_bad_parameter_gets_its_problem(string query, int status, string problem)
    {
        using var answer = await running.Server.PostAsync(RunningServer.Sample, "image/png", query);
        await RunningServer.ProblemAsync(answer, status, problem);
    }

    [Fact]
    public async Task A_picture_whose_pixels_unpack_to_more_than_it_claims_does_no_harm()
    {
        using var answer = await running.Server.PostAsync(Png(16, 16, 200_000_000), "image/png");
        Assert.InRange((int)answer.StatusCode, 200, 499);
    }

    [Theory]
    [InlineData("GET", "/v1/analyze", 405, "method-not-allowed")]
    [InlineData("DELETE", "/v1/models", 405, "method-not-allowed")]
    [InlineData("GET", "/index", 404, "not-found")]
    [InlineData("POST", "/v2/analyze", 404, "not-found")]
    [InlineData("GET", "/reference/../../etc/passwd", 404, "not-found")]
    [InlineData("GET", "/reference/%2e%2e%2f%2e%2e%2fetc/passwd", 404, "not-found")]
    public async Task What_is_not_there_is_a_problem_too(string method, string path, int status, string problem)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(path, UriKind.Relative));
        using var answer = await running.Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await RunningServer.ProblemAsync(answer, status, problem);
    }

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Fields(int count) =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc\r\n", count)) + "--b--\r\n");

    /// <summary>A PNG that claims a size and holds so many black pixels' bytes, packed.</summary>
    private static byte[] Png(int width, int height, int unpacked)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            var zeros = new byte[1 << 16];
            for (int left = unpacked; left > 0; left -= zeros.Length)
                zlib.Write(zeros.AsSpan(0, Math.Min(left, zeros.Length)));
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        return [.. Signature, .. Chunk("IHDR", header), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] body)
    {
        byte[] checkedPart = [.. Encoding.ASCII.GetBytes(type), .. body];
        var chunk = new byte[checkedPart.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, body.Length);
        checkedPart.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4 + checkedPart.Length), Crc(checkedPart));
        return chunk;
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xedb88320;
        }
        return ~crc;
    }
}
