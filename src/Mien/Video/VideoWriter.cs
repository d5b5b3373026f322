using Mien.Video.Ffmpeg;

namespace Mien;

/// <summary>Writes a video file in H.264, each frame with its own time. For one thread at a time.</summary>
/// <remarks>
/// MP4 is written in fragments of about a second, so that what a full disk or a crash leaves can be played up to the last of them.
/// </remarks>
public sealed class VideoWriter : IDisposable
{
    private readonly string _path;
    private readonly int _width;
    private readonly int _height;
    private readonly VideoEncoder _encoder;
    private TimeSpan _last = TimeSpan.MinValue;

    private VideoWriter(string path, int width, int height, VideoEncoder encoder)
    {
        _path = path;
        _width = width;
        _height = height;
        _encoder = encoder;
    }

    /// <summary>The extensions of the containers that can be written.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".mp4", ".m4v", ".mov", ".mkv"];

    /// <summary>How many frames were written.</summary>
    public long Frames { get; private set; }

    /// <summary>Creates a video file; one that exists is overwritten.</summary>
    /// <param name="path">The file; its extension is one of <see cref="Extensions"/>.</param>
    /// <param name="width">Width in pixels, at least 16; an odd last column is left out, as H.264 has it.</param>
    /// <param name="height">Height in pixels, at least 16; an odd last row is left out.</param>
    /// <param name="frameRate">Frames a second on average, such as the source's; more than 0.</param>
    /// <exception cref="VideoException">The extension is another one, or the file cannot be written.</exception>
    /// <exception cref="NativeLibraryException">The program ffmpeg is missing.</exception>
    public static VideoWriter Create(string path, int width, int height, double frameRate) =>
        Create(path, width, height, frameRate, program: null);

    /// <inheritdoc cref="Create(string, int, int, double)"/>
    internal static VideoWriter Create(string path, int width, int height, double frameRate, FfmpegProgram? program)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 16);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameRate);
        if (!Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
            throw new VideoException($"{path}: videos are written as {string.Join(", ", Extensions)}, not as '{Path.GetExtension(path)}'.");
        program ??= FfmpegProgram.Shared;
        try
        {
            string[] codec = VideoEncoder.Codec(program)
                ?? throw new VideoException($"{path}: this ffmpeg ({program.Version}) cannot write H.264; one with {VideoEncoder.Best} can.");
            // What stands in the way of a file is told at once, before ffmpeg begins.
            File.Create(path).Dispose();
            return new VideoWriter(path, width, height, new VideoEncoder(program, path, codec, width, height, frameRate));
        }
        catch (DirectoryNotFoundException error)
        {
            throw new VideoException($"{path}: cannot be written: there is no such folder.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new VideoException($"{path}: cannot be written: access is denied.", error);
        }
        catch (IOException error)
        {
            throw new VideoException($"{path}: cannot be written: {error.Message.TrimEnd('.')}.", error);
        }
        catch (FfmpegException error)
        {
            throw Failure(path, error, written: null);
        }
    }

    /// <summary>Appends a frame.</summary>
    /// <param name="image">The picture, of the video's size; gray is fine.</param>
    /// <param name="time">When it is shown, from the start; later than the frame's before.</param>
    /// <exception cref="VideoException">The disk is full, or the file cannot be written for another reason.</exception>
    public void Write(Image image, TimeSpan time)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Width != _width || image.Height != _height)
            throw new ArgumentException($"The video has {_width}x{_height} pixels, the frame {image.Width}x{image.Height}.", nameof(image));
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, _last);
        try
        {
            _encoder.Write(image, time.TotalSeconds);
        }
        catch (FfmpegException error)
        {
            throw Failure(_path, error, _last);
        }
        _last = time;
        Frames++;
    }

    /// <summary>Writes what the encoder still holds and the file's end. Without it the last seconds are missing.</summary>
    /// <exception cref="VideoException">The disk is full, or the file cannot be written for another reason.</exception>
    public void Finish()
    {
        try
        {
            _encoder.Finish();
        }
        catch (FfmpegException error)
        {
            throw Failure(_path, error, _last);
        }
    }

    /// <summary>Closes the file as it is.</summary>
    public void Dispose() => _encoder.Dispose();

    private static VideoException Failure(string path, FfmpegException error, TimeSpan? written)
    {
        string left = written > TimeSpan.Zero ? $" What was written until a second or two before {FrameSource.Seconds(written.Value)} can be played." : "";
        return new VideoException(error.Kind == FfmpegFailure.NoSpace
            ? $"{path}: the disk is full.{left}"
            : $"{path}: cannot be written: {error.Message}.{left}", error);
    }
}
