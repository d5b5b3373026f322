using System.Text;

namespace Mien.Tests;

/// <summary>Requests that are nearly right, the same each time: none may make the server fail.</summary>
public sealed class FuzzTests(DefaultServer running) : IClassFixture<DefaultServer>
{
    private const int Requests = 400;
    private const int Seed = 6;

    private static readonly string[] Types = ["image/png", "image/jpeg", "application/octet-stream", "application/json", "multipart/form-data; boundary=b"];

    private static readonly string[] Queries = ["", "", "", "?labels=ferplus", "?labels=%00", "?labels=%ff%fe", "?%F0%9F%98%80", "?labels[]=a&labels=b"];

    [Fact]
    public async Task No_mutated_request_makes_the_server_fail()
    {
        var random = new Random(Seed);
        byte[] png = Small().Encode(".png"), jpeg = Small().Encode(".jpg");
        byte[][] seeds =
        [
            png, jpeg, Small().Encode(".webp"), Small().Encode(".bmp"), Small().Encode(".tiff"),
            Encoding.UTF8.GetBytes($$"""{"pictures":[{"source":"a","data":"{{Convert.ToBase64String(png)}}"},{"data":"{{Convert.ToBase64String(jpeg)}}"}]}"""),
            [.. "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"u8, .. png, .. "\r\n--b--\r\n"u8],
        ];
        var answered = new HashSet<int>();
        for (int i = 0; i < Requests; i++)
        {
            int seed = random.Next(seeds.Length);
            byte[] body = Mutate(seeds[seed], random);
            // Mostly the type that fits, so that what lies behind it is reached.
            string type = random.Next(4) == 0 ? Types[random.Next(Types.Length)] : seed switch { 5 => Types[3], 6 => Types[4], _ => Types[2] };
            using var answer = await running.Server.PostAsync(body, type, Queries[random.Next(Queries.Length)]);
            Assert.True((int)answer.StatusCode < 500, $"request {i} of seed {Seed}, {type}: {(int)answer.StatusCode}");
            answered.Add((int)answer.StatusCode);
        }
        Assert.Superset(new HashSet<int> { 200, 400, 422 }, answered);
    }

    private static Image Small()
    {
        var pixels = new byte[48 * 32 * 3];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i * 7);
        return Image.FromPixels(48, 32, PixelFormat.Rgb24, pixels);
    }

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = new List<byte>(seed);
        for (int changes = random.Next(4); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.Next(Math.Min(bytes.Count, random.Next(2) == 0 ? 64 : bytes.Count));
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 32), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.Skip(at).Take(random.Next(1, 64)).ToList()); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes.InsertRange(at, Enumerable.Repeat((byte)0xff, random.Next(1, 8))); break;
            }
        }
        return [.. bytes];
    }
}
