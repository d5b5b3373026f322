namespace Mien.Detection;

/// <summary>Leaves one box for each face where a network gives several.</summary>
internal static class NonMaximumSuppression
{
    /// <summary>The candidates that looking at them pair by pair can afford; the least confident of more are dropped.</summary>
    private const int MostCandidates = 5000;

    /// <summary>Keeps, from the most confident on, each face whose box overlaps no kept one by more than the threshold.</summary>
    public static List<DetectedFace> Keep(IEnumerable<DetectedFace> candidates, float threshold)
    {
        var kept = new List<DetectedFace>();
        foreach (var face in candidates.OrderByDescending(face => face.Confidence).Take(MostCandidates))
        {
            if (!kept.Exists(other => other.Box.IntersectionOverUnion(face.Box) > threshold))
                kept.Add(face);
        }
        return kept;
    }
}
