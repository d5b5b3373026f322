using System.Globalization;

namespace Mien.Alerts;

/// <summary>Reads one rule of docs/alerts.md from left to right.</summary>
internal sealed class AlertRuleParser(string text, IReadOnlyList<string> labels)
{
    private static readonly (string Symbol, AlertComparison Comparison)[] Comparisons =
    [
        ("<=", AlertComparison.LessOrEqual), (">=", AlertComparison.GreaterOrEqual), ("<", AlertComparison.Less), (">", AlertComparison.Greater),
    ];

    private static readonly (string Symbol, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60)];

    private int _position;

    public AlertRule Parse()
    {
        var rule = Condition();
        if (rule.Quantity == AlertQuantity.Share)
        {
            if (!Word("over"))
                throw Fault("expected 'over' and the time that the share is of, such as 'over 60s'");
            rule = rule with { Over = Duration(positive: true) };
        }
        bool hold = Word("for");
        if (hold)
            rule = rule with { For = Duration(positive: false) };
        bool cooldown = Word("cooldown");
        if (cooldown)
            rule = rule with { Cooldown = Duration(positive: false) };
        SkipSpace();
        if (_position < text.Length)
        {
            string[] possible = [.. hold || cooldown ? [] : new[] { "'for'" }, .. cooldown ? [] : new[] { "'cooldown'" }, "the end of the rule"];
            throw Fault($"expected {string.Join(" or ", possible)}");
        }
        return rule;
    }

    private AlertRule Condition()
    {
        if (Word("no-face"))
            return new(text, AlertQuantity.Faces, null, AlertComparison.Less, 1);
        if (Word("faces"))
            return Comparing(AlertQuantity.Faces, null, 0, double.MaxValue, "a number of faces, 0 or more");
        SkipSpace();
        int start = _position;
        foreach (var (name, quantity) in new[] { ("valence", AlertQuantity.Valence), ("arousal", AlertQuantity.Arousal) })
        {
            if (!Word(name))
                continue;
            return labels.All(label => Circumplex.Of(label) is not null)
                ? Comparing(quantity, null, -1, 1, $"a number from -1 to 1, as {name} is")
                : throw Fault($"{name} is derived from the eight emotions, and this model has other labels: {string.Join(", ", labels)}", start);
        }
        string label = Label();
        return Word("share")
            ? Comparing(AlertQuantity.Share, label, 0, 1, "a number from 0 to 1, as shares are")
            : Comparing(AlertQuantity.Probability, label, 0, 1, "a number from 0 to 1, as probabilities are");
    }

    /// <summary>The longest of the model's labels that stands here, or another spelling of one.</summary>
    private string Label()
    {
        SkipSpace();
        foreach (string label in labels.OrderByDescending(label => label.Length))
        {
            if (Word(label))
                return label;
        }
        int end = _position;
        while (end < text.Length && IsLetter(text[end]))
            end++;
        string? known = Emotion.FromSpelling(text[_position..end]);
        if (known is null || !labels.Contains(known))
            throw Fault($"expected no-face, faces, valence, arousal or a label of the model ({string.Join(", ", labels)})");
        _position = end;
        return known;
    }

    private AlertRule Comparing(AlertQuantity quantity, string? label, double least, double most, string expected)
    {
        SkipSpace();
        foreach (var (symbol, comparison) in Comparisons)
        {
            if (text.AsSpan(_position).StartsWith(symbol, StringComparison.Ordinal))
            {
                _position += symbol.Length;
                SkipSpace();
                int start = _position;
                if (Number() is { } threshold && threshold >= least && threshold <= most)
                    return new(text, quantity, label, comparison, threshold);
                throw Fault($"expected {expected}", start);
            }
        }
        throw Fault(quantity == AlertQuantity.Probability ? "expected <, <=, >, >= or 'share'" : "expected <, <=, > or >=");
    }

    private TimeSpan Duration(bool positive)
    {
        SkipSpace();
        int start = _position;
        if (Number() is { } number && (number > 0 || (number == 0 && !positive)))
        {
            SkipSpace();
            foreach (var (symbol, seconds) in Units)
            {
                if (Word(symbol))
                    return TimeSpan.FromSeconds(number * seconds);
            }
            throw Fault("expected a unit: ms, s or m");
        }
        throw Fault($"expected a duration{(positive ? " of more than 0" : "")}, such as 500ms, 3s or 2m", start);
    }

    private double? Number()
    {
        int end = _position;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.' || (text[end] == '-' && end == _position)))
            end++;
        if (!double.TryParse(text.AsSpan(_position, end - _position), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            return null;
        _position = end;
        return number;
    }

    /// <summary>Goes past a word if it stands here and ends where the word does.</summary>
    private bool Word(string word)
    {
        SkipSpace();
        int end = _position + word.Length;
        if (!text.AsSpan(_position).StartsWith(word, StringComparison.OrdinalIgnoreCase) || (end < text.Length && IsLetter(text[end])))
            return false;
        _position = end;
        return true;
    }

    private void SkipSpace()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position]))
            _position++;
    }

    private static bool IsLetter(char character) => char.IsLetterOrDigit(character) || character is '-' or '_';

    private MienException Fault(string problem, int? position = null)
    {
        if (position is null)
            SkipSpace();
        int at = position ?? _position;
        int end = at;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
            end++;
        string found = end > at ? $"'{text[at..end]}'" : "the end";
        return new($"Alert rule, column {at + 1}: {problem}; found {found}.\n  {text}\n  {new string(' ', at)}^");
    }
}
