namespace Mien.Reporting;

/// <summary>Writes the times of a session in one notation, which its length decides.</summary>
internal sealed class SessionClock(TimeSpan end)
{
    /// <summary>Up to this length times are seconds with a fraction.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(100), Long = TimeSpan.FromHours(1);

    /// <summary>The steps between ticks that people read times by, in seconds.</summary>
    private static readonly double[] Steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 3 * 3600, 6 * 3600, 12 * 3600];

    /// <summary>The times at which an axis has ticks, at most twelve, in seconds.</summary>
    public static IEnumerable<double> Ticks(double start, double end)
    {
        double step = Steps.Where(step => (end - start) / step <= 11).DefaultIfEmpty(86_400 * Math.Ceiling((end - start) / 864_000)).First();
        for (double i = Math.Ceiling(start / step); i * step <= end; i++)
            yield return i * step;
    }

    /// <summary>The label of a tick.</summary>
    public string Label(double seconds) => end <= Short ? HtmlPage.Text($"{seconds:0.#} s") : Time(TimeSpan.FromSeconds(Math.Round(seconds)));

    /// <summary>A length of time.</summary>
    public static string Duration(TimeSpan time) =>
        time <= Short ? HtmlPage.Text($"{time.TotalSeconds:0.0} s")
        : time <= Long ? HtmlPage.Text($"{(int)time.TotalMinutes} min {time.Seconds} s")
        : HtmlPage.Text($"{(int)time.TotalHours} h {time.Minutes} min");

    /// <summary>A time.</summary>
    public string Time(TimeSpan time) =>
        end <= Short ? HtmlPage.Text($"{time.TotalSeconds:0.0} s")
        : end <= Long ? HtmlPage.Text($"{(int)time.TotalMinutes}:{time:ss}")
        : HtmlPage.Text($"{(int)time.TotalHours}:{time:mm\\:ss}");
}
