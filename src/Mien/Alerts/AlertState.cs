namespace Mien.Alerts;

/// <summary>How far one rule is with one face, or with the whole frame.</summary>
internal sealed class AlertState(AlertRule rule, int? track)
{
    private LabelShare? _share;
    private TimeSpan? _metSince;
    private TimeSpan? _raisedAt;
    private bool _raised;

    /// <summary>The time of the last reading.</summary>
    public TimeSpan LastSeen { get; private set; }

    /// <summary>Takes a frame; gives the alert that begins or ends with it.</summary>
    public AlertEvent? Update(TimeSpan time, EmotionScores? scores, int faces)
    {
        LastSeen = time;
        if (Value(time, scores, faces) is not { } value)
            return null;
        _metSince = rule.IsMet(value) ? _metSince ?? time : null;
        if (_raised)
            return rule.IsReleased(value) ? Clear(time, value) : null;
        if (time - _metSince >= rule.For && !(time - _raisedAt < rule.Cooldown))
        {
            (_raised, _raisedAt) = (true, time);
            return new(AlertEventKind.Raised, rule, time, track, value);
        }
        return null;
    }

    /// <summary>The face was out of sight too long: its time starts anew.</summary>
    public AlertEvent? Gone(TimeSpan time)
    {
        (_metSince, _share) = (null, null);
        return _raised ? Clear(time, null) : null;
    }

    private AlertEvent Clear(TimeSpan time, double? value)
    {
        _raised = false;
        return new(AlertEventKind.Cleared, rule, time, track, value);
    }

    private double? Value(TimeSpan time, EmotionScores? scores, int faces) => rule.Quantity switch
    {
        AlertQuantity.Faces => faces,
        AlertQuantity.Probability => scores![rule.Label!],
        AlertQuantity.Valence => Circumplex.Of(scores!)?.Valence,
        AlertQuantity.Arousal => Circumplex.Of(scores!)?.Arousal,
        _ => (_share ??= new(rule.Over)).Add(time, scores!.Top == rule.Label),
    };
}
