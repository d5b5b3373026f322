using System.Diagnostics;
using System.Globalization;

namespace Mien.Imaging.Codecs;

/// <summary>How long a picture may take to decode, and whether anyone still waits for it.</summary>
/// <param name="time">The most time, from now on.</param>
/// <param name="cancellation">Nobody waits any more.</param>
internal sealed class DecodingBudget(TimeSpan time, CancellationToken cancellation)
{
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>Whether decoding is to stop.</summary>
    public bool IsSpent => cancellation.IsCancellationRequested || Stopwatch.GetElapsedTime(_start) > time;

    /// <summary>Ends the work on a picture whose budget is spent.</summary>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    /// <exception cref="ImageException">It has taken too long.</exception>
    public void Check(string source)
    {
        cancellation.ThrowIfCancellationRequested();
        if (IsSpent)
        {
            throw new ImageException(string.Create(CultureInfo.InvariantCulture,
                $"{source}: decoding took longer than the limit of {time.TotalSeconds:0.###} s; it may be made to cost time. Save it smaller, or raise ImageLimits.MaximumDecodingTime."));
        }
    }
}
