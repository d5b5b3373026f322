using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video.Ffmpeg;

/// <summary>Shell scripts in the place of ffmpeg and ffprobe.</summary>
internal static class FakeProgram
{
    /// <summary>What ffprobe says of a video of a second.</summary>
    public const string Description = """
        {"program_version": {"version": "7.1"}, "streams": [{"index": 0, "codec_type": "video", "width": 4, "height": 2, "avg_frame_rate": "10/1", "duration": "1.0", "nb_frames": "10"}], "format": {"format_name": "mov", "duration": "1.0"}}
        """;

    /// <summary>A program whose ffmpeg runs a script; ffprobe gives <see cref="Description"/>.</summary>
    public static FfmpegProgram Running(TemporaryFolder folder, string script, string? probe = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        File.WriteAllText(folder["description.json"], Description);
        return new FfmpegProgram(Write(folder["ffmpeg"], script), Write(folder["ffprobe"], probe ?? $"cat '{folder["description.json"]}'"));
    }

    /// <summary>What ffmpeg would write of so many plain frames: a file to `cat`.</summary>
    public static string Frames(TemporaryFolder folder, int count, int width = 4, int height = 2)
    {
        using FileStream file = File.Create(folder["frames.nut"]);
        var writer = new NutWriter(file);
        writer.Begin(width, height + 2, frameRate: 10);
        for (int number = 0; number < count; number++)
            writer.Write(Marked(width, height, (byte)(50 + number)), number / 10.0);
        return file.Name;
    }

    /// <summary>A plain frame with the rows that tell its width.</summary>
    public static byte[] Marked(int width, int height, byte value)
    {
        var pixels = new byte[3 * width * (height + 2)];
        pixels.AsSpan(0, 3 * width * height).Fill(value);
        pixels.AsSpan(3 * width * (height + 1)).Fill(byte.MaxValue);
        return pixels;
    }

    private static string Write(string path, string script)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
