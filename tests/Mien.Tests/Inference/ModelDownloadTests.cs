using System.Security.Cryptography;

namespace Mien.Tests.Inference;

public sealed class ModelDownloadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mien pull ä ").FullName;
    private readonly byte[] _file = RandomNumberGenerator.GetBytes(300_000);

    private string Target => Path.Combine(_folder, "cache", "model.onnx");

    [Fact]
    public async Task A_model_is_fetched_verified_and_then_needs_no_network()
    {
        using var server = new FileServer(_file);
        var progress = new Steps();
        Assert.Equal(Target, await Fetch(server, progress));
        Assert.Equal(_file, await File.ReadAllBytesAsync(Target, Cancel));
        Assert.Equal((_file.Length, _file.Length), progress.Last);
        Assert.False(File.Exists(Target + ".part"));

        await Fetch(server);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_that_breaks_is_taken_up_where_it_broke(bool tellsLength)
    {
        using var server = new FileServer(_file) { BreaksAfter = new([100_000, 50_000]), TellsLength = tellsLength };
        await Fetch(server);
        Assert.Equal(_file, await File.ReadAllBytesAsync(Target, Cancel));
        Assert.Equal([0, 100_000, 150_000], server.Requests);
    }

    [Fact]
    public async Task An_earlier_fetch_is_gone_on_with()
    {
        using var server = new FileServer(_file);
        LeaveBehind(_file[..200_000]);
        await Fetch(server);
        Assert.Equal(_file, await File.ReadAllBytesAsync(Target, Cancel));
        Assert.Equal([200_000], server.Requests);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_starts_over()
    {
        using var server = new FileServer(_file) { KnowsRanges = false, BreaksAfter = new([100_000]) };
        await Fetch(server);
        Assert.Equal(_file, await File.ReadAllBytesAsync(Target, Cancel));
        Assert.Equal([0, 100_000], server.Requests);
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(300_000)]
    [InlineData(300_001)]
    public async Task What_an_earlier_fetch_left_of_another_file_is_thrown_away(int length)
    {
        using var server = new FileServer(_file);
        LeaveBehind(new byte[length]);
        await Fetch(server);
        Assert.Equal(_file, await File.ReadAllBytesAsync(Target, Cancel));
        Assert.Equal(0, server.Requests[^1]);
    }

    [Fact]
    public async Task A_damaged_file_in_the_cache_is_fetched_again()
    {
        using var server = new FileServer(_file);
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        await File.WriteAllBytesAsync(Target, _file[..1000], Cancel);
        await Fetch(server);
        Assert.Equal(_file, await File.ReadAllBytesAsync(Target, Cancel));
    }

    [Theory]
    [InlineData(300_000, "SHA-256")]
    [InlineData(299_999, "299,999 bytes instead of 300,000")]
    [InlineData(1_000_000, "more than 300,000 bytes")]
    public async Task Another_content_is_refused_and_removed(int length, string expected)
    {
        using var server = new FileServer(new byte[length]);
        var error = await Assert.ThrowsAsync<ModelException>(() => Fetch(server));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(server.Address.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_missing_page_is_not_asked_for_again()
    {
        using var server = new FileServer(_file) { Statuses = new([404]) };
        var error = await Assert.ThrowsAsync<ModelException>(() => Fetch(server));
        Assert.Contains("the server answered 404", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        using var server = new FileServer(_file) { Statuses = new([503, 429]) };
        await Fetch(server);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_stays_broken_is_given_up()
    {
        using var server = new FileServer(_file) { BreaksAfter = new([10, 10, 10, 10, 10, 10]) };
        var error = await Assert.ThrowsAsync<ModelException>(() => Fetch(server));
        Assert.Contains("connection", error.Message, StringComparison.Ordinal);
        Assert.Equal([0, 10, 20, 30], server.Requests);
        Assert.Equal(40, new FileInfo(Target + ".part").Length);
    }

    [Fact]
    public async Task No_server_at_all_is_said_so()
    {
        var server = new FileServer(_file);
        server.Dispose();
        var error = await Assert.ThrowsAsync<ModelException>(() => Fetch(server));
        Assert.Contains("could not be fetched", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_fetches_of_one_file_do_not_mix()
    {
        using var server = new FileServer(_file);
        LeaveBehind([]);
        await using var other = new FileStream(Target + ".part", FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var error = await Assert.ThrowsAsync<ModelException>(() => Fetch(server));
        Assert.Contains(Target, error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_stopped_fetch_keeps_what_came()
    {
        using var server = new FileServer(_file);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ModelDownload.FetchAsync(Model(server), Target, TimeSpan.Zero, new Steps(stop.Cancel), stop.Token));
        Assert.InRange(new FileInfo(Target + ".part").Length, 1, _file.Length);
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public void Yunet_is_known_by_name_and_others_are_not()
    {
        var yunet = KnownModels.Get("yunet");
        Assert.Equal("face_detection_yunet_2023mar.onnx", yunet.FileName);
        Assert.Equal(Path.Combine(KnownModels.Folder, yunet.FileName), KnownModels.PathOf(yunet));
        Assert.Contains("yunet", Assert.Throws<ModelException>(() => KnownModels.Get("resnet")).Message, StringComparison.Ordinal);
        Assert.Null(KnownModels.Find("resnet"));
    }

    [Fact]
    public async Task The_known_yunet_is_the_file_beside_the_data()
    {
        byte[] file = await File.ReadAllBytesAsync(SharedData.Require("weights", "face_detection_yunet_2023mar.onnx"), Cancel);
        var yunet = KnownModels.Get("yunet");
        using var server = new FileServer(file);
        await ModelDownload.FetchAsync(yunet with { Address = server.Address }, Target, TimeSpan.Zero, null, Cancel);
        Assert.Equal(file, await File.ReadAllBytesAsync(Target, Cancel));
    }

    [Fact]
    public void A_relative_cache_folder_in_the_environment_counts_as_none()
    {
        Assert.Equal(_folder, KnownModels.CacheRoot(_folder));
        Assert.Equal(KnownModels.CacheRoot(null), KnownModels.CacheRoot("somewhere"));
        Assert.True(Path.IsPathRooted(KnownModels.CacheRoot("")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<string> Fetch(FileServer server, IProgress<(long, long)>? progress = null) =>
        ModelDownload.FetchAsync(Model(server), Target, TimeSpan.Zero, progress, Cancel);

    private KnownModel Model(FileServer server) =>
        new("test", "face-detection", server.Address, _file.Length, Convert.ToHexStringLower(SHA256.HashData(_file)), "none", "none");

    private void LeaveBehind(byte[] part)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Target)!);
        File.WriteAllBytes(Target + ".part", part);
    }

    private sealed class Steps(Action? atFirst = null) : IProgress<(long Done, long Total)>
    {
        public (long Done, long Total) Last { get; private set; }

        public void Report((long Done, long Total) value)
        {
            if (Last == default)
                atFirst?.Invoke();
            Last = value;
        }
    }
}
