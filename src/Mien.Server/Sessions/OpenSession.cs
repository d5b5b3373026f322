using Mien.Server.Problems;
using Mien.Sessions;

namespace Mien.Server.Sessions;

/// <summary>The part of a session that a program records through the API; each request is stored before it is answered.</summary>
/// <param name="part">The part.</param>
/// <param name="labels">The labels of the session.</param>
internal sealed class OpenSession(RecordedPart part, IReadOnlyList<string> labels)
{
    /// <summary>From this size on, in bytes, readings go into a further block, which holds memory small where they are read.</summary>
    private const int LargestBlock = 1 << 16;

    private readonly Lock _lock = new();
    private TimeSpan? _frame;
    private TimeSpan _marker;
    private int _tracks = part.Tracks;
    private long _blocks;

    /// <summary>When something was stored last.</summary>
    public DateTime Used { get; private set; } = DateTime.UtcNow;

    /// <summary>Stores readings.</summary>
    /// <exception cref="ProblemException">They are not as they must be.</exception>
    /// <exception cref="MienException">They cannot be stored, or another run has taken the session over.</exception>
    public void Append(SessionStore store, PostedReadings posted)
    {
        var (frames, left) = PostedValues.Readings(posted, labels);
        lock (_lock)
        {
            CheckOrder(frames);
            var (block, last) = (new ReadingBlock(), _frame);
            foreach (var frame in frames)
            {
                var placed = part.Place(frame.Reading);
                block.Add(frame with { Reading = placed });
                last = frame.Reading.Time;
                _tracks = placed.Faces.Select(face => face.Track).Append(_tracks).Max();
                if (block.Length >= LargestBlock)
                {
                    Write(store, block, last);
                    block = new();
                }
            }
            if (left.Count > 0)
                block.Add(new SessionPartEnd(part.Place(left)));
            if (block.Length > 0)
                Write(store, block, last);
        }
    }

    /// <summary>Stores a marker, which may come before the readings that it follows.</summary>
    /// <exception cref="MienException">It cannot be stored, or another run has taken the session over.</exception>
    public void Mark(SessionStore store, TimeSpan time, string marker)
    {
        lock (_lock)
        {
            foreach (var earliest in (TimeSpan[])[_marker, _frame ?? TimeSpan.Zero])
                time = time > earliest ? time : earliest;
            var block = new ReadingBlock();
            block.Add(new SessionMarker(part.Start + time, marker));
            _marker = time;
            Write(store, block, _frame);
        }
    }

    private void CheckOrder(IReadOnlyList<SessionFrame> frames)
    {
        var last = _frame;
        foreach (var frame in frames)
        {
            if (frame.Reading.Time <= last)
                throw PostedValues.Bad($"Frames come in the order of their times, each later than the one before; the last one was at {last.Value.TotalSeconds} seconds.");
            last = frame.Reading.Time;
        }
    }

    /// <summary>Stores a block; only then the frames in it count as told, so that a request that failed can be sent again.</summary>
    private void Write(SessionStore store, ReadingBlock block, TimeSpan? frame)
    {
        var end = frame > _marker ? frame.Value : _marker;
        store.Write(part, ++_blocks, block, part.Start + end, _tracks);
        _frame = frame;
        Used = DateTime.UtcNow;
    }
}
