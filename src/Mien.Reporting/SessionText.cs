namespace Mien.Reporting;

/// <summary>Times and names as a page on a session writes them.</summary>
internal static class SessionText
{
    /// <summary>A time of the session.</summary>
    public static string Time(TimeSpan time) =>
        time.TotalSeconds < 20 ? HtmlPage.Text($"{time.TotalSeconds:0.0}&nbsp;s")
        : time.TotalHours < 1 ? HtmlPage.Text($"{(int)time.TotalMinutes}:{time:ss}")
        : HtmlPage.Text($"{(int)time.TotalHours}:{time:mm\\:ss}");

    /// <summary>A length of time.</summary>
    public static string Duration(TimeSpan time) =>
        time.TotalSeconds < 100 ? HtmlPage.Text($"{time.TotalSeconds:0.0} s")
        : time.TotalHours < 1 ? HtmlPage.Text($"{time.TotalMinutes:0} min")
        : HtmlPage.Text($"{(int)time.TotalHours} h {time.Minutes} min");

    /// <summary>What a segment is called.</summary>
    public static string Name(PeriodSummary segment) => segment.Marker ?? "before the first marker";
}
