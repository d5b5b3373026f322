namespace Mien.Training;

/// <summary>Collects faults and stops the reading when there are too many. Safe to share between threads.</summary>
internal sealed class FaultLog(int max)
{
    private const int Shown = 5;

    private readonly List<DataFault> _faults = [];
    private readonly Lock _lock = new();

    /// <exception cref="MienException">More faults than allowed; the message shows the first few.</exception>
    public void Add(string file, int? line, string message)
    {
        lock (_lock)
        {
            _faults.Add(new(file, line, message));
            if (_faults.Count <= max)
                return;
            string more = _faults.Count > Shown ? "\n  ..." : "";
            string allowed = max == 0 ? "no fault is" : max == 1 ? "1 fault is" : $"{max} faults are";
            throw new MienException($"The data is malformed: {allowed} allowed, stopped at number {_faults.Count}. "
                + $"Mend the data or allow more.\n  {string.Join("\n  ", _faults.Take(Shown))}{more}");
        }
    }

    public IReadOnlyList<DataFault> ToList()
    {
        lock (_lock)
            return [.. _faults];
    }
}
