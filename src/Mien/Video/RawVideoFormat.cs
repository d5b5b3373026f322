using System.Globalization;
using System.Text.RegularExpressions;

namespace Mien;

/// <summary>The layout of frames that come one after the other without any container.</summary>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
/// <param name="FrameRate">Frames a second, by which they get their times.</param>
/// <param name="Pixels">One of <see cref="PixelLayouts"/>.</param>
public sealed partial record RawVideoFormat(int Width, int Height, double FrameRate = 25, string Pixels = "rgb24")
{
    /// <summary>The layouts of pixels, by FFmpeg's names.</summary>
    public static IReadOnlyList<string> PixelLayouts { get; } = ["rgb24", "bgr24", "rgba", "bgra", "gray", "yuv420p", "yuyv422", "nv12"];

    /// <summary>Reads <c>640x480</c>, <c>640x480@30</c> or <c>640x480@30:gray</c>.</summary>
    /// <exception cref="VideoException">It is written differently.</exception>
    public static RawVideoFormat Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match match = Pattern().Match(text);
        if (match.Success &&
            int.TryParse(match.Groups["width"].Value, out int width) && width > 0 &&
            int.TryParse(match.Groups["height"].Value, out int height) && height > 0)
        {
            double rate = match.Groups["rate"].Success ? double.Parse(match.Groups["rate"].Value, CultureInfo.InvariantCulture) : 25;
            string pixels = match.Groups["pixels"].Success ? match.Groups["pixels"].Value : "rgb24";
            if (rate > 0 && PixelLayouts.Contains(pixels))
                return new RawVideoFormat(width, height, rate, pixels);
        }
        throw new VideoException($"'{text}' is no format of raw video. It is WIDTHxHEIGHT[@RATE][:PIXELS] such as 640x480@30:rgb24, PIXELS being {string.Join(", ", PixelLayouts)}.");
    }

    [GeneratedRegex(@"^(?<width>\d+)x(?<height>\d+)(@(?<rate>\d+(\.\d+)?))?(:(?<pixels>\w+))?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
