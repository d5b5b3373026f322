using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mien.Tests;

/// <summary>Runs `mien` as a process of its own, as a user would.</summary>
internal static partial class CommandLine
{
    public const int Terminate = 15;

    private const int KillSignal = 9;

    public sealed record Result(int ExitCode, string Output, string Error)
    {
        public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    public static string Sample => Path.Combine(SharedData.Checkout, "samples", "average-faces.png");

    public static Task<Result> Run(params string[] arguments) => Run(null, arguments);

    public static Task<Result> Run(byte[]? input, string[] arguments) => Run(input, StartInfo(arguments));

    public static async Task<Result> Run(byte[]? input, ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
            await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>Runs a command and, as soon as <paramref name="ready"/> holds, asks it to stop, as Ctrl+C does.</summary>
    /// <remarks>By SIGTERM, which is handled alike: a shell that runs the tests in the background has SIGINT ignored.</remarks>
    public static Task<Result> Interrupt(string[] arguments, Func<bool> ready) => Stop(arguments, ready, Terminate);

    /// <summary>Runs a command and, as soon as <paramref name="ready"/> holds, kills it, of which it learns nothing.</summary>
    public static Task<Result> Kill(string[] arguments, Func<bool> ready) => Stop(arguments, ready, KillSignal);

    private static async Task<Result> Stop(string[] arguments, Func<bool> ready, int signal)
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            while (!process.HasExited && !ready())
                await Task.Delay(20, cancellation);
            if (!process.HasExited)
                Assert.Equal(0, Kill(process.Id, signal));
            await process.WaitForExitAsync(cancellation);
        }
        finally
        {
            process.Kill();
        }
        return new(process.ExitCode, await output, await error);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int process, int signal);

    public static Process Start(params string[] arguments) => Process.Start(StartInfo(arguments))!;

    public static ProcessStartInfo StartInfo(params string[] arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Mien.Cli.dll"), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };

    /// <summary>The address that a server says it listens on.</summary>
    public static async Task<Uri> ListeningAsync(Process server)
    {
        while (await server.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Split(' ', ';').FirstOrDefault(word => word.StartsWith("http://", StringComparison.Ordinal)) is { } address)
                return new(address);
        }
        throw new InvalidOperationException("The server ended before it listened.");
    }
}
