using Mien.Video.Ffmpeg;

namespace Mien.Tests.Video.Ffmpeg;

public sealed class FfmpegProgramTests : IDisposable
{
    private static readonly string Extension = OperatingSystem.IsWindows() ? ".exe" : "";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_missing_program_is_named_with_the_package_of_each_system()
    {
        string message = Assert.Throws<NativeLibraryException>(() => FfmpegProgram.Find(null, _folder.Path)).Message;
        Assert.StartsWith("The program ffmpeg is missing.", message, StringComparison.Ordinal);
        foreach (string remedy in (string[])["apt-get install ffmpeg", "brew install ffmpeg", "winget install ffmpeg", "MIEN_FFMPEG"])
            Assert.Contains(remedy, message, StringComparison.Ordinal);
        File.WriteAllText(_folder[$"ffmpeg{Extension}"], "");
        Assert.StartsWith("The program ffprobe is missing.", Assert.Throws<NativeLibraryException>(() => FfmpegProgram.Find(null, _folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_variable_names_the_folder_or_the_program_and_nothing_else_is_taken_instead()
    {
        string ffmpeg = _folder[$"ffmpeg{Extension}"], ffprobe = _folder[$"ffprobe{Extension}"];
        File.WriteAllText(ffmpeg, "");
        Assert.StartsWith($"{ffprobe}: there is no such program, although MIEN_FFMPEG names it or its folder.",
            Assert.Throws<NativeLibraryException>(() => FfmpegProgram.Find(_folder.Path, Environment.GetEnvironmentVariable("PATH"))).Message, StringComparison.Ordinal);
        File.WriteAllText(ffprobe, "");
        foreach (string named in (string[])[_folder.Path, ffmpeg])
        {
            FfmpegProgram program = FfmpegProgram.Find(named, null);
            Assert.Equal((ffmpeg, ffprobe), (program.Ffmpeg, program.Ffprobe));
        }
        FfmpegProgram found = FfmpegProgram.Find("", string.Join(Path.PathSeparator, _folder["none"], _folder.Path));
        Assert.Equal((ffmpeg, ffprobe), (found.Ffmpeg, found.Ffprobe));
        Assert.StartsWith($"{_folder["none"]}: there is no such program", Assert.Throws<NativeLibraryException>(() => FfmpegProgram.Find(_folder["none"], null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_program_is_told() =>
        Assert.ThrowsAny<MienException>(() => VideoProbe.OfFile(new FfmpegProgram(_folder["none"], _folder["none"]), VideoInput.OfFile("a.mp4"), CancellationToken.None));

    [Theory]
    [InlineData("4.4.2-0ubuntu0.22.04.1", "-vsync")]
    [InlineData("n5.0", "-vsync")]
    [InlineData("5.1.9-0+deb12u1", "-fps_mode")]
    [InlineData("8.0", "-fps_mode")]
    [InlineData("N-121000-gabcdef", "-fps_mode")]
    [InlineData("2026-06-01-git-abcdef", "-fps_mode")]
    public void Each_version_is_asked_for_exact_times_in_its_own_words(string version, string option) =>
        Assert.Equal(option, new FfmpegProgram("ffmpeg", "ffprobe") { Version = version }.KeepTimes);

    [Fact]
    public void An_ffmpeg_without_an_encoder_of_H264_is_told_with_its_version()
    {
        var program = FakeProgram.Running(_folder, """
            case "$1" in
                -version) echo 'ffmpeg version 7.1 Copyright (c)' ;;
                *) printf 'Encoders:\n V..... = Video\n V....D mpeg4                MPEG-4 part 2\n A....D libx264 (no video)\n' ;;
            esac
            """);
        Assert.Equal($"{_folder["a.mp4"]}: this ffmpeg (7.1) cannot write H.264; one with libx264 can.",
            Assert.Throws<VideoException>(() => VideoWriter.Create(_folder["a.mp4"], 64, 48, 25, program)).Message);
        Assert.False(File.Exists(_folder["a.mp4"]));
    }

    public void Dispose() => _folder.Dispose();
}
