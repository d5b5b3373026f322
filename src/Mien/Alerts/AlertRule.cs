using Mien.Alerts;

namespace Mien;

/// <summary>What an <see cref="AlertRule"/> looks at.</summary>
public enum AlertQuantity
{
    /// <summary>The probability of a label.</summary>
    Probability,

    /// <summary>The share of time that a label was the most probable one.</summary>
    Share,

    /// <summary>Unpleasant to pleasant, derived by <see cref="Circumplex"/>.</summary>
    Valence,

    /// <summary>Calm to excited, derived by <see cref="Circumplex"/>.</summary>
    Arousal,

    /// <summary>The number of faces.</summary>
    Faces,
}

/// <summary>How an <see cref="AlertRule"/> compares.</summary>
public enum AlertComparison
{
    /// <summary>Less than the threshold.</summary>
    Less,

    /// <summary>The threshold or less.</summary>
    LessOrEqual,

    /// <summary>More than the threshold.</summary>
    Greater,

    /// <summary>The threshold or more.</summary>
    GreaterOrEqual,
}

/// <summary>When to raise an alert, such as <c>anger&gt;0.6 for 3s</c>, <c>no-face for 10s</c> or <c>sadness share&gt;0.5 over 60s</c>: docs/alerts.md.</summary>
public sealed record AlertRule
{
    /// <summary>By how much a probability, share, valence or arousal must come back past the threshold before an alert is cleared.</summary>
    public const double Hysteresis = 0.05;

    internal AlertRule(string text, AlertQuantity quantity, string? label, AlertComparison comparison, double threshold) =>
        (Text, Quantity, Label, Comparison, Threshold) = (text, quantity, label, comparison, threshold);

    /// <summary>The rule as it was written.</summary>
    public string Text { get; }

    /// <summary>What is looked at.</summary>
    public AlertQuantity Quantity { get; }

    /// <summary>The label of a probability or share; else null.</summary>
    public string? Label { get; }

    /// <summary>How it is compared.</summary>
    public AlertComparison Comparison { get; }

    /// <summary>With what it is compared.</summary>
    public double Threshold { get; }

    /// <summary>For how long the comparison must hold without a break.</summary>
    public TimeSpan For { get; internal init; }

    /// <summary>Over which past time a share is taken; zero for other quantities.</summary>
    public TimeSpan Over { get; internal init; }

    /// <summary>How long after an alert the same rule raises no other for the same face.</summary>
    public TimeSpan Cooldown { get; internal init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the rule looks at each face by itself, and not at the frame.</summary>
    public bool PerFace => Quantity != AlertQuantity.Faces;

    /// <summary>Reads a rule.</summary>
    /// <param name="text">The rule.</param>
    /// <param name="labels">The labels that the model knows.</param>
    /// <exception cref="MienException">The rule is not well formed; the message shows where, and what was expected.</exception>
    public static AlertRule Parse(string text, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(labels);
        return new AlertRuleParser(text, labels).Parse();
    }

    /// <summary>Whether a value meets the comparison.</summary>
    public bool IsMet(double value) => Compare(value, Threshold);

    /// <summary>Whether a value is back past the threshold by <see cref="Hysteresis"/>; a number of faces needs none.</summary>
    public bool IsReleased(double value)
    {
        double margin = Quantity == AlertQuantity.Faces ? 0 : Hysteresis;
        return !Compare(value, Comparison is AlertComparison.Less or AlertComparison.LessOrEqual ? Threshold + margin : Threshold - margin);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private bool Compare(double value, double threshold) => Comparison switch
    {
        AlertComparison.Less => value < threshold,
        AlertComparison.LessOrEqual => value <= threshold,
        AlertComparison.Greater => value > threshold,
        _ => value >= threshold,
    };
}
