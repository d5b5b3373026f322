using System.Text;
using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video.Ffmpeg;

public sealed class FfmpegLogTests
{
    private const string Address = "rtsp://anna:secret@camera.example/live";

    [Theory]
    [InlineData("[mov @ 0x5] [error] moov atom not found\n[error] file:/a/b.mp4: Invalid data found when processing input\n",
        "Invalid data found when processing input (moov atom not found)")]
    [InlineData("[mov @ 0x5] [error] moov atom not found\n[in#0 @ 0x6] [error] Error opening input: Invalid data found when processing input\n" +
        "[error] Error opening input file file:/a/b.mp4.\n[error] Error opening input files: Invalid data found when processing input\n",
        "Invalid data found when processing input (moov atom not found)")]
    [InlineData("[fatal] Conversion failed!\n", "Conversion failed!")]
    [InlineData("[info] Input #0, mov\n[warning] deprecated\n", null)]
    [InlineData("", null)]
    public void The_reason_is_the_last_words_of_any_version(string text, string? expected) => Assert.Equal(expected, Read(text, "file:/a/b.mp4", "b.mp4").Reason);

    [Fact]
    public void Errors_and_what_is_known_to_be_corrupt_are_faults()
    {
        FfmpegLog log = Read("[h264 @ 0x5] [error] concealing 12 errors\n[warning] a.mp4: corrupt decoded frame in stream 0\r\n[h264 @ 0x5] [warning] late SEI\n[info] done\n");
        Assert.Equal(2, log.TakeFaults());
        Assert.Equal(0, log.TakeFaults());
    }

    [Fact]
    public void Neither_passwords_nor_control_characters_nor_endless_lines_come_through()
    {
        FfmpegLog log = Read($"[tcp @ 0x5] [error] Connection to {Address}?x failed: \u001b[31mred\u0007\u202e{new string('x', 5000)}\n", Address, "rtsp://camera.example/live");
        Assert.StartsWith("Connection to rtsp://camera.example/live?x failed: [31mred", log.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Reason!, character => char.IsControl(character) || character == '\u202e');
        Assert.InRange(log.Reason!.Length, 100, 310);
    }

    [Fact]
    public void A_flood_is_counted_and_not_kept()
    {
        var log = new FfmpegLog("a", "a");
        for (int i = 0; i < 100_000; i++)
        {
            log.Add($"[h264 @ 0x5] [error] error {i}");
            log.Add($"[info] line {i}");
        }
        Assert.Equal(100_000, log.TakeFaults());
        Assert.Equal("error 99999 (error 99998)", log.Reason);
        Assert.InRange(log.Details.Count, 1, 100);
    }

    [Theory]
    [InlineData("a: Permission denied", (int)FfmpegFailure.Denied)]
    [InlineData("Server returned 401 Unauthorized (authorization failed)", (int)FfmpegFailure.Denied)]
    [InlineData("a: Device or resource busy", (int)FfmpegFailure.Busy)]
    [InlineData("Could not run graph (sometimes caused by a device already in use by other application)", (int)FfmpegFailure.Busy)]
    [InlineData("a: No such file or directory", (int)FfmpegFailure.NotFound)]
    [InlineData("av_interleaved_write_frame(): No space left on device", (int)FfmpegFailure.NoSpace)]
    [InlineData("Connection timed out", (int)FfmpegFailure.TimedOut)]
    [InlineData("Invalid data found when processing input", (int)FfmpegFailure.Other)]
    public void The_text_tells_the_kind_of_a_failure(string text, int kind) => Assert.Equal((FfmpegFailure)kind, new FfmpegException(text).Kind);

    private static FfmpegLog Read(string text, string source = "a.mp4", string shown = "a.mp4")
    {
        var log = new FfmpegLog(source, shown);
        log.ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        return log;
    }
}
