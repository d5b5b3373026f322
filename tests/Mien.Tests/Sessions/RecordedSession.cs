namespace Mien.Tests.Sessions;

/// <summary>Readings as a camera would give them, the same for the same time.</summary>
internal static class RecordedSession
{
    public const int FramesPerSecond = 15;

    public static readonly string[] Labels = [Emotion.Neutral, Emotion.Happiness, Emotion.Surprise, Emotion.Sadness, Emotion.Anger, Emotion.Disgust, Emotion.Fear];

    public static Image Picture { get; } = Image.FromPixels(64, 48, PixelFormat.Gray8, new byte[64 * 48]);

    public static SessionDescription Description(string name, TimeSpan? retention = null) =>
        new() { Name = name, Source = "camera 0", Model = "model", Labels = Labels, Retention = retention };

    public static TimeSpan TimeOf(int frame) => TimeSpan.FromSeconds((double)frame / FramesPerSecond);

    /// <summary>A frame with faces that move and change, with the noise that real readings have.</summary>
    public static FrameReading Frame(int number, int faces)
    {
        var random = new Random(number);
        var time = TimeOf(number);
        var readings = Enumerable.Range(1, faces).Select(track => new TrackedReading(
            track,
            new(new((100f * track) + (float)(20 * Math.Sin(time.TotalSeconds)) + random.NextSingle(), 50 + random.NextSingle(), 120.3f + random.NextSingle(), 120.3f), 0.9f + (0.1f * random.NextSingle()), null, Scores(time, track, 0.1f, random)),
            Scores(time, track, 0.02f, random)));
        return new(number, time, [.. readings], number == 0 ? [.. Enumerable.Range(1, faces).Select(track => new TrackEvent(TrackEventKind.Entered, track, TimeSpan.Zero))] : []);
    }

    private static EmotionScores Scores(TimeSpan time, int track, float noise, Random random)
    {
        int top = (int)((time.TotalSeconds / 7) + track) % Labels.Length;
        float[] values = new float[Labels.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = (i == top ? 0.8f : 0.03f) + (noise * random.NextSingle());
        float sum = values.Sum();
        return new(Labels, [.. values.Select(value => value / sum)]);
    }
}
