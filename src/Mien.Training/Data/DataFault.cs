using System.Globalization;

namespace Mien.Training;

/// <summary>A malformed row or file that was left out.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line of a text file, from 1; null if the whole file is at fault.</param>
/// <param name="Message">What is wrong.</param>
public sealed record DataFault(string File, int? Line, string Message)
{
    /// <summary>A file that cannot be read, whose name the failure's message often begins with.</summary>
    internal static DataFault Of(string file, Exception failure) =>
        new(file, null, failure.Message.StartsWith($"{file}: ", StringComparison.Ordinal) ? failure.Message[(file.Length + 2)..] : failure.Message);

    /// <inheritdoc/>
    public override string ToString() =>
        Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{File}:{line}: {Message}") : $"{File}: {Message}";
}

/// <summary>Images that a rule of the label set left out: well-formed, but without a usable label.</summary>
/// <param name="Split">The split that they belong to.</param>
/// <param name="Reason">The rule.</param>
/// <param name="Count">How many.</param>
public sealed record DataDrop(string Split, string Reason, int Count)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Split}: {Count} images, {Reason}");
}
