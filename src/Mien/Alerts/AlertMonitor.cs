using Mien.Alerts;

namespace Mien;

/// <summary>What an <see cref="AlertEvent"/> tells.</summary>
public enum AlertEventKind
{
    /// <summary>The rule is met.</summary>
    Raised,

    /// <summary>It is no longer met, or the face has gone.</summary>
    Cleared,
}

/// <summary>An alert began or ended.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Time">The time of the frame that showed it.</param>
/// <param name="Track">The face, for a rule about faces.</param>
/// <param name="Value">The quantity that the rule looks at; null if the face has gone.</param>
public sealed record AlertEvent(AlertEventKind Kind, AlertRule Rule, TimeSpan Time, int? Track, double? Value);

/// <summary>Watches readings for what alert rules describe, frame by frame; for one source, from one thread.</summary>
public sealed class AlertMonitor
{
    /// <summary>How long a face may be out of sight before its time starts anew: as long as a tracker waits for it.</summary>
    private static readonly TimeSpan MaximumGap = TimeSpan.FromSeconds(2);

    private readonly IReadOnlyList<AlertRule> _rules;
    private readonly Dictionary<(int Rule, int? Track), AlertState> _states = [];
    private TimeSpan _time = TimeSpan.MinValue;

    /// <summary>Begins with no alert raised.</summary>
    public AlertMonitor(IReadOnlyList<AlertRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        _rules = rules;
    }

    /// <summary>How many pairs of a rule and a face are remembered.</summary>
    internal int Watched => _states.Count;

    /// <summary>Takes the readings of a frame, which may be none.</summary>
    /// <param name="time">When; not before the last frame.</param>
    /// <param name="faces">What its faces read as; the smoothed scores, or single frames break what must hold for a time.</param>
    /// <returns>The alerts that begin or end with this frame, in the order of the rules.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is before that of the last frame.</exception>
    public IReadOnlyList<AlertEvent> Update(TimeSpan time, IReadOnlyList<TrackReading> faces)
    {
        ArgumentNullException.ThrowIfNull(faces);
        if (time < _time)
            throw new ArgumentOutOfRangeException(nameof(time), time, $"Frames come in the order of their times; the last one was at {_time}.");
        _time = time;

        var events = new List<AlertEvent>();
        for (int rule = 0; rule < _rules.Count; rule++)
        {
            if (_rules[rule].PerFace)
            {
                foreach (var face in faces)
                    Add(State(rule, face.Track).Update(time, face.Scores, faces.Count));
                foreach (var (key, state) in _states)
                {
                    if (key.Rule == rule && state.LastSeen < time - MaximumGap)
                        Add(state.Gone(time));
                }
            }
            else
            {
                Add(State(rule, null).Update(time, null, faces.Count));
            }
        }
        foreach (var (key, state) in _states)
        {
            var memory = _rules[key.Rule].Cooldown > MaximumGap ? _rules[key.Rule].Cooldown : MaximumGap;
            if (state.LastSeen < time - memory)
                _states.Remove(key);
        }
        return events;

        void Add(AlertEvent? happened)
        {
            if (happened is not null)
                events.Add(happened);
        }
    }

    private AlertState State(int rule, int? track)
    {
        if (!_states.TryGetValue((rule, track), out var state))
            _states.Add((rule, track), state = new(_rules[rule], track));
        return state;
    }
}
