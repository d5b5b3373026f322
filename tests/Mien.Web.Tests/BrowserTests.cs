using Mien.Server;

namespace Mien.Tests;

/// <summary>The page in headless Chromium: each test runs a script of web/test.</summary>
public sealed class BrowserTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly string[] Photos = ["anger.jpg", "group1.jpg", "happy.jpg", "multi_face.jpg", "single_face.jpg", "with_alpha.png"];

    [Fact]
    public Task A_notice_comes_before_anything_else() => browser.RunAsync("notice.js");

    [Fact]
    public Task The_camera_is_read_in_the_browser() => browser.RunAsync("live.js", browser.Camera);

    [Fact]
    public Task Frames_go_to_the_server_if_that_is_switched_on() => browser.RunAsync("stream.js", browser.Camera);

    [Fact]
    public Task Photos_are_read_in_the_browser_and_explained_by_the_server() => browser.RunAsync("photo.js", RunningServer.SamplePath);

    [Fact]
    public Task A_video_is_read_by_the_server_and_shown_with_its_timeline() => browser.RunAsync("video.js", browser.MakeVideo());

    [Fact]
    public Task Sessions_are_compared_and_deleted() => browser.RunAsync("sessions.js");

    [Fact]
    public Task Models_are_shown_with_their_cards() => browser.RunAsync("models.js");

    [Fact]
    public Task The_API_reference_tries_a_call_and_asks_nobody_but_the_server() => browser.RunAsync("reference.js");

    [Fact]
    public async Task Where_the_server_asks_for_a_key_so_does_the_page()
    {
        browser.Require();
        string file = Path.ChangeExtension(browser.Camera, ".keys.json");
        var (_, key) = new ApiKeyFile(file).Create("page");
        await using var server = await RunningServer.StartAsync(Browser.Options with { Urls = ["http://0.0.0.0:0"], KeyFile = file });
        await Browser.RunAsync(server, "key.js", browser.Camera, key);
    }

    [Fact]
    public Task The_browser_reads_the_sample_as_the_server_does() => browser.RunAsync("parity.js", RunningServer.SamplePath);

    /// <summary>Pictures that are shrunk, and that are enlarged, with one face and with several.</summary>
    [Fact]
    public Task The_browser_reads_photos_as_the_server_does() =>
        browser.RunAsync("parity.js", [.. Photos.Select(browser.Decoded)]);
}
