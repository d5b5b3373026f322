namespace Mien.Reporting;

/// <summary>Writes the times of a session in one notation, which its length decides.</summary>
internal sealed class SessionClock(TimeSpan end)
{
    /// <summary>Up to this length times are seconds with a fraction.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(100), Long = TimeSpan.FromHours(1);

    /// <summary>How Vega writes the time of a tick, which is in milliseconds.</summary>
    public string LabelExpression =>
        end <= Short ? "format(toNumber(datum.value) / 1000, '~r') + ' s'"
        : end <= Long ? "floor(toNumber(datum.value) / 60000) + utcFormat(datum.value, ':%S')"
        : "floor(toNumber(datum.value) / 3600000) + utcFormat(datum.value, ':%M:%S')";

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
