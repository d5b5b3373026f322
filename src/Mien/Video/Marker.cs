namespace Mien;

/// <summary>A marker that is known beforehand.</summary>
/// <param name="Time">When the segment begins, from the start of the source.</param>
/// <param name="Name">The segment's name, such as a scene or a question.</param>
public sealed record Marker(TimeSpan Time, string Name);
