using System.Collections.Concurrent;

namespace Mien.Video.Ffmpeg;

/// <summary>Frames from one source; for one thread at a time.</summary>
internal interface IVideoDecoder : IDisposable
{
    /// <summary>What the container says.</summary>
    VideoInfo Info { get; }

    /// <summary>The next frame; null after the last one.</summary>
    /// <exception cref="FfmpegException">Nothing more can be read.</exception>
    /// <exception cref="OperationCanceledException">The token asked for it; nothing more can be read then.</exception>
    DecodedFrame? Next(CancellationToken cancellation);

    /// <summary>How many faults were met after the last frame, once <see cref="Next"/> has given null.</summary>
    int LastFaults { get; }
}

/// <summary>A decoded frame.</summary>
/// <param name="Width">Width in pixels, upright.</param>
/// <param name="Height">Height in pixels, upright.</param>
/// <param name="Pixels">Height x Width x 3 bytes of RGB.</param>
/// <param name="Time">Seconds from the start; NaN if the source has no times.</param>
/// <param name="Faults">How many faults the decoder met since the frame before, in this frame included.</param>
/// <param name="GiveBack">Gives the pixels back for a later frame.</param>
internal sealed record DecodedFrame(int Width, int Height, byte[] Pixels, double Time, int Faults, Action GiveBack);

/// <summary>Opens a source; tests put another one in its place.</summary>
internal delegate IVideoDecoder OpenDecoder(VideoInput input, CancellationToken cancellation);

/// <summary>Frames that ffmpeg decodes. A thread reads them ahead, so that decoding and analysis go on at the same time.</summary>
internal sealed class VideoDecoder : IVideoDecoder
{
    private const int ReadAhead = 2, Channels = 3, MarkRows = 2;

    /// <summary>Some thirty years; a time beyond is none.</summary>
    private const double MostSeconds = 1e9;

    /// <summary>A file that gives no frame for so long is damaged in a way that holds the decoder up.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    private readonly VideoInput _input;
    private readonly TimeSpan _timeout;
    private readonly FfmpegProcess _process;
    private readonly NutReader _reader;
    private readonly Thread _reading;
    private readonly FrameBuffers _buffers = new();
    private readonly BlockingCollection<DecodedFrame> _frames = new(ReadAhead);
    private readonly ManualResetEventSlim _opened = new();
    private readonly CancellationTokenSource _stop = new();
    private MienException? _failure;
    private int _width;
    private byte[] _mark = [];

    private VideoDecoder(FfmpegProgram program, VideoInput input, VideoInfo? info)
    {
        _input = input;
        _timeout = input.IsFile ? LongestSilence : input.Timeout;
        Info = info!;
        _process = new FfmpegProcess(program.Ffmpeg, input.DecodingArguments(info, program.KeepTimes), new FfmpegLog(input.Url, input.Shown));
        _reader = new NutReader(_process.Output);
        _reading = new Thread(Run) { IsBackground = true, Name = "video frames" };
        _reading.Start();
        if (input.Bytes is not null)
            new Thread(Feed) { IsBackground = true, Name = "video bytes" }.Start();
    }

    /// <inheritdoc/>
    public VideoInfo Info { get; private set; }

    /// <inheritdoc/>
    public int LastFaults { get; private set; }

    /// <summary>Opens a source.</summary>
    /// <param name="program">The programs.</param>
    /// <param name="input">The source.</param>
    /// <param name="cancellation">Ends the wait for it.</param>
    /// <exception cref="FfmpegException">It cannot be opened.</exception>
    /// <exception cref="ImageException">Its frames are larger than allowed.</exception>
    /// <exception cref="NativeLibraryException">A program is missing.</exception>
    /// <exception cref="OperationCanceledException">The token asked for it.</exception>
    public static VideoDecoder Open(FfmpegProgram program, VideoInput input, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        VideoInfo? info = null;
        if (input.IsFile)
        {
            info = VideoProbe.OfFile(program, input, cancellation);
            new ImageLimits { MaximumPixels = input.MaximumPixels }.Check(info.Width, Math.Max(1, info.Height), input.Shown);
        }
        var decoder = new VideoDecoder(program, input, info);
        try
        {
            if (info is null)
                decoder.WaitUntilOpen(cancellation);
            return decoder;
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public DecodedFrame? Next(CancellationToken cancellation)
    {
        try
        {
            if (_frames.TryTake(out DecodedFrame? frame, (int)_timeout.TotalMilliseconds, cancellation))
                // ffmpeg lets time begin with the container's clock, be that below zero for the sake of the sound.
                return Info.Start < 0 ? frame with { Time = frame.Time + Info.Start } : frame;
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            throw;
        }
        if (!_frames.IsCompleted)
            throw Late();
        return _failure is null ? null : throw _failure;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _process.Kill();
        // It ends with the pipe, which the program has held.
        if (_reading.Join(TimeSpan.FromSeconds(1)))
            _process.Dispose();
    }

    private void WaitUntilOpen(CancellationToken cancellation)
    {
        if (!_opened.Wait(_timeout, cancellation))
            throw Late();
        if (_frames.IsCompleted)
            throw _failure ?? new FfmpegException(FfmpegFailure.NoVideo, "there is no frame in it");
        // What ffmpeg says comes by another way than its frames.
        _process.Log.WaitForDescription(TimeSpan.FromSeconds(5));
        Info = VideoProbe.OfLog(_process.Log.Details, _process.Log.DurationIsGuessed);
    }

    private FfmpegException Late()
    {
        _process.Kill();
        return new FfmpegException(FfmpegFailure.TimedOut, FormattableString.Invariant($"no data for {_timeout.TotalMilliseconds} ms"));
    }

    private void Run()
    {
        try
        {
            bool any = _reader.ReadHeader();
            if (any)
                _opened.Set();
            while (any && _reader.Next(out long length, out double seconds))
                _frames.Add(Read(length, seconds), _stop.Token);
            Conclude();
        }
        catch (EndOfStreamException)
        {
            Conclude();
        }
        catch (Exception error) when (error is IOException or InvalidDataException or ObjectDisposedException or OverflowException)
        {
            _failure = new FfmpegException(FfmpegFailure.Other, error.Message.TrimEnd('.'));
        }
        catch (OperationCanceledException)
        {
            // Nobody wants the rest.
        }
        _frames.CompleteAdding();
        _opened.Set();
    }

    private void Conclude()
    {
        _failure = _process.Conclude(hasBegun: _width > 0);
        LastFaults = _process.Log.TakeFaults();
    }

    /// <summary>Reads a frame. Below its last row lies a black one and a white one, which tell its width even where the size has changed.</summary>
    private DecodedFrame Read(long length, double seconds)
    {
        long row = Channels * (long)_width, picture = length - (MarkRows * row);
        if (row > 0 && picture > 0 && length % row == 0)
        {
            byte[] pixels = _buffers.Rent(checked((int)picture));
            _reader.Read(pixels);
            _reader.Read(_mark);
            if (_mark.AsSpan(0, (int)row).IndexOfAnyExcept((byte)0) < 0 && _mark.AsSpan((int)row).IndexOfAnyExcept(byte.MaxValue) < 0)
                return Frame(pixels);
            return Measure([.. pixels, .. _mark]);
        }
        if (length is < 3 * Channels || length > Channels * (_input.MaximumPixels + (MarkRows * _input.MaximumPixels)))
            throw new InvalidDataException("the program's output has a frame of an impossible size");
        byte[] whole = GC.AllocateUninitializedArray<byte>(checked((int)length));
        _reader.Read(whole);
        return Measure(whole);

        DecodedFrame Measure(byte[] marked)
        {
            int white = marked.Length - 1 - marked.AsSpan().LastIndexOfAnyExcept(byte.MaxValue);
            _width = white / Channels;
            if (_width == 0 || marked.Length % (_width * Channels) != 0 || marked.Length <= MarkRows * _width * Channels)
                throw new InvalidDataException("the program's output has a frame without its mark");
            _mark = new byte[MarkRows * _width * Channels];
            byte[] pixels = _buffers.Rent(marked.Length - _mark.Length);
            marked.AsSpan(0, pixels.Length).CopyTo(pixels);
            return Frame(pixels);
        }

        DecodedFrame Frame(byte[] pixels) =>
            new(_width, pixels.Length / (_width * Channels), pixels, Math.Abs(seconds) < MostSeconds ? seconds : double.NaN, _process.Log.TakeFaults(), () => _buffers.Return(pixels));
    }

    /// <summary>Hands the bytes of a pipe on to ffmpeg.</summary>
    private void Feed()
    {
        try
        {
            _process.Input.Write(_input.Start);
            _input.Bytes!.CopyTo(_process.Input);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // ffmpeg has read enough, or the writer is gone.
        }
        try
        {
            _process.Input.Close();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It was killed.
        }
    }
}
