using System.Diagnostics;
using Mien.Server;

namespace Mien.Tests;

/// <summary>A server with the page, and Node.js with Chromium to look at it; tests skip with the reason where one of them is missing.</summary>
public sealed class Browser : IAsyncLifetime
{
    /// <summary>The least version of Node.js that the driver of the browser runs on.</summary>
    private const int LeastNode = 20;

    private static readonly string Web = Path.Combine(SharedData.Checkout, "web");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mien web ");
    private RunningServer? _server;
    private string? _missing;

    /// <summary>The page as the set-up built it, and the detector that the browser has too.</summary>
    public static ServerOptions Options { get; } = new() { Analyzer = new() { Detector = "face-detector" }, PageFolder = Path.Combine(SharedData.Checkout, "artifacts", "web") };

    /// <summary>What the fake camera shows.</summary>
    public string Camera => Path.Combine(_folder.FullName, "camera.mjpeg");

    public async ValueTask InitializeAsync()
    {
        _missing = !File.Exists(Path.Combine(Options.PageFolder, "index.html")) || !Directory.Exists(Path.Combine(Web, "node_modules")) ? "needs the page: ./mien setup serve"
            : Chromium is null ? "needs Chromium; on Debian: apt-get install chromium"
            : await NodeVersionAsync() < LeastNode ? $"needs Node.js {LeastNode} or later"
            : null;
        if (_missing is not null)
            return;
        _server = await RunningServer.StartAsync(Options);
        await FakeCamera.WriteMotionJpegAsync(Camera);
    }

    /// <summary>Runs a script of web/test; what it says when it fails is the test's failure.</summary>
    public async Task RunAsync(string script, params string[] arguments)
    {
        Require();
        await RunAsync(_server!, script, arguments);
    }

    /// <summary>Runs a script against another server.</summary>
    public static async Task RunAsync(RunningServer server, string script, params string[] arguments)
    {
        var (code, said) = await NodeAsync([Path.Combine(Web, "test", script), .. arguments], new()
        {
            ["MIEN_URL"] = server.Client.BaseAddress!.ToString(),
            ["MIEN_CHROMIUM"] = Chromium!,
            ["MIEN_SCREENSHOTS"] = Directory.CreateDirectory(Path.Combine(SharedData.Checkout, "artifacts", "screenshots")).FullName,
        });
        Assert.True(code == 0, said);
    }

    /// <summary>Skips the calling test where something is missing.</summary>
    public void Require() => Assert.SkipWhen(_missing is not null, _missing ?? "");

    /// <summary>A video of what the fake camera shows.</summary>
    public string MakeVideo()
    {
        string path = Path.Combine(_folder.FullName, "faces.mp4");
        try
        {
            FakeCamera.WriteVideo(path);
        }
        catch (NativeLibraryException error)
        {
            Assert.Skip(error.Message);
        }
        return path;
    }

    /// <summary>A shared photo as the server decodes it, so that both sides read the very same pixels.</summary>
    public string Decoded(string photo)
    {
        string path = Path.Combine(_folder.FullName, Path.ChangeExtension(photo, ".png"));
        Image.Load(SharedData.Require("data", "media", photo)).Save(path);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string? Chromium { get; } = new[] { "chromium", "chromium-browser", "google-chrome" }
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    private static async Task<int> NodeVersionAsync()
    {
        try
        {
            var (_, version) = await NodeAsync(["-p", "process.versions.node.split('.')[0]"], []);
            return int.Parse(version, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or FormatException)
        {
            return 0;
        }
    }

    private static async Task<(int Code, string Said)> NodeAsync(string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output + error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
