using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace Mien.Video.Ffmpeg;

/// <summary>A run of ffmpeg or ffprobe. Disposing of it kills it and whatever it has started, at once.</summary>
internal sealed partial class FfmpegProcess : IDisposable
{
    /// <summary>A new session for a program, so that Ctrl+C reaches Mien alone, which ends its programs in order. Part of util-linux.</summary>
    private const string NewSession = "/usr/bin/setsid";

    /// <summary>How long a program may take to end after its last output, or after it was killed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly Thread _logging;
    private int _disposed;

    /// <summary>Starts a program.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">What it is to do.</param>
    /// <param name="log">Takes its standard error.</param>
    /// <exception cref="NativeLibraryException">It cannot be started.</exception>
    public FfmpegProcess(string program, IEnumerable<string> arguments, FfmpegLog log)
    {
        Log = log;
        bool apart = OperatingSystem.IsLinux() && File.Exists(NewSession);
        var start = new ProcessStartInfo(apart ? NewSession : program, apart ? [program, .. arguments] : arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
            Environment = { ["AV_LOG_FORCE_NOCOLOR"] = "1" },
        };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Exception error) when (error is Win32Exception or IOException)
        {
            throw new NativeLibraryException($"{program}: the program cannot be started: {error.Message} {FfmpegProgram.Remedy}", error);
        }
        Widen(Output);
        Stream errors = _process.StandardError.BaseStream;
        _logging = new Thread(() => log.ReadAll(errors)) { IsBackground = true, Name = "ffmpeg log" };
        _logging.Start();
    }

    /// <summary>What it says.</summary>
    public FfmpegLog Log { get; }

    /// <summary>Its standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>Its standard output.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>Whether it has not ended yet.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Whether it was stopped from outside, as by Ctrl+C in its terminal, and not by a fault.</summary>
    public bool IsInterrupted => _process.HasExited && _process.ExitCode == 255 && Log.Reason is null;

    /// <summary>Waits for the end of a program that has closed its output, and says why it failed; null if it did not.</summary>
    /// <param name="hasBegun">Whether it has done anything. If not, its errors are the reason, whatever its exit code.</param>
    public FfmpegException? Conclude(bool hasBegun = true)
    {
        if (!_process.WaitForExit(Patience))
        {
            Kill();
            return new FfmpegException(FfmpegFailure.Other, "the program did not end and was killed");
        }
        _logging.Join(Patience);
        int code = _process.ExitCode;
        // From 129 on .NET tells the signal that ended it.
        if (code is > 128 and < 192 && !OperatingSystem.IsWindows())
            return new FfmpegException(FfmpegFailure.Other, $"the program crashed with signal {code - 128}");
        string? reason = hasBegun ? Log.Reason : Log.Cause;
        if (code == 0 && (hasBegun || reason is null))
            return null;
        return reason is null ? new FfmpegException(FfmpegFailure.Other, $"the program ended with exit code {code}") : new FfmpegException(reason);
    }

    /// <summary>Kills it and what it has started.</summary>
    public void Kill()
    {
        try
        {
            if (!_process.HasExited)
                _process.Kill(entireProcessTree: true);
            // A file that it has open could not be deleted before on Windows.
            _process.WaitForExit(Patience);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has just ended by itself.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        Kill();
        _process.Dispose();
    }

    /// <summary>Lets a pipe hold a whole frame, so that neither side waits for the other on the way. On Linux it holds a tenth of one by itself.</summary>
    /// <remarks>Not for the pipe to an encoder: what lies in it is not on the disk yet, and lost in a crash.</remarks>
    private static void Widen(Stream stream)
    {
        const int setPipeSize = 1031, size = 1 << 20;
        // Where that is not granted the pipe is as good, but slower.
        if (OperatingSystem.IsLinux() && stream is PipeStream pipe)
            _ = Control(pipe.SafePipeHandle, setPipeSize, size);
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeHandle file, int command, int argument);
}
