namespace Mien.Video;

/// <summary>The pictures of a folder as frames at a steady rate. One that cannot be read leaves a gap and is reported at the end.</summary>
internal sealed class FolderSource : IFrameSource
{
    private readonly FrameSourceOptions _options;
    private readonly string[] _files;
    private int _next;
    private int _faults;
    private (TimeSpan Time, string Reason)? _firstFault;

    public FolderSource(string folder, FrameSourceOptions options)
    {
        Name = folder;
        _options = options;
        try
        {
            _files = [.. Directory.EnumerateFiles(folder)
                .Where(path => Image.ReadableExtensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
                .Order(NaturalOrder.Instance)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new VideoException($"{folder}: the folder cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
        if (_files.Length == 0)
            throw new VideoException($"{folder}: there are no pictures in the folder ({string.Join(", ", Image.ReadableExtensions)}).");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsLive => false;

    /// <inheritdoc/>
    public double? FrameRate => _options.FrameRate;

    /// <inheritdoc/>
    public TimeSpan? Duration => TimeOf(_files.Length);

    /// <inheritdoc/>
    public SourceEnd? Ending { get; private set; }

    /// <inheritdoc/>
    public VideoFrame? Read(CancellationToken cancellation = default)
    {
        while (_next < _files.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            int number = _next++;
            try
            {
                return new VideoFrame(Image.Load(_files[number], _options.Limits, cancellation), number, TimeOf(number));
            }
            catch (ImageException error)
            {
                _faults++;
                _firstFault ??= (TimeOf(number), error.Message);
            }
        }
        string read = FrameSource.Frames(_files.Length - _faults);
        TimeSpan last = TimeOf(_files.Length - 1);
        Ending ??= _firstFault is { } fault
            ? new SourceEnd(SourceEndReason.Damaged, _files.Length - _faults, fault.Time,
                $"{Name}: {_faults} of {_files.Length} pictures could not be read. The first: {fault.Reason}")
            : new SourceEnd(SourceEndReason.Complete, _files.Length, last, $"{Name}: {read}, {FrameSource.Seconds(last)}.");
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() { }

    private TimeSpan TimeOf(int number) => TimeSpan.FromSeconds(number / _options.FrameRate);
}
