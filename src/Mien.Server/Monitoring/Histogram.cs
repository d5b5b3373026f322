using System.Globalization;
using System.Text;

namespace Mien.Server.Monitoring;

/// <summary>How often values fell below each of some bounds, as Prometheus wants it.</summary>
/// <param name="bounds">Upper bounds, rising; what lies above the last is counted too.</param>
internal sealed class Histogram(params double[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;
    private readonly Lock _lock = new();

    public void Add(double value)
    {
        int bucket = Array.FindIndex(bounds, bound => value <= bound);
        lock (_lock)
        {
            _counts[bucket < 0 ? bounds.Length : bucket]++;
            _sum += value;
        }
    }

    /// <summary>Appends its lines.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="name">The metric's name.</param>
    /// <param name="label">A label with its value, <c>route="/healthz"</c>; empty for none.</param>
    public void Write(StringBuilder text, string name, string label = "")
    {
        string comma = label.Length > 0 ? "," : "", braces = label.Length > 0 ? $"{{{label}}}" : "";
        lock (_lock)
        {
            long total = 0;
            for (int i = 0; i < _counts.Length; i++)
            {
                total += _counts[i];
                string bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{label}{comma}le=\"{bound}\"}} {total}\n");
            }
            text.Append(CultureInfo.InvariantCulture, $"{name}_sum{braces} {_sum}\n{name}_count{braces} {total}\n");
        }
    }
}
