using Mien.Sessions;
using Mien.Tests.Video;

namespace Mien.Tests.Sessions;

/// <summary>Runs alone, because it watches the memory of the whole process.</summary>
[CollectionDefinition(nameof(SessionStoreMemoryTests), DisableParallelization = true)]
[Collection(nameof(SessionStoreMemoryTests))]
public sealed class SessionStoreMemoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["data/sessions.db"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Three_hours_are_small_on_disk_and_are_replayed_in_little_memory()
    {
        const int Seconds = 3 * 3600;
        using (var writer = SessionStore.Open(File))
        {
            var part = writer.Begin(RecordedSession.Description("long"));
            for (int second = 0; second < Seconds; second++)
            {
                // A block a second, as a recorder writes that keeps up with a camera.
                var block = new ReadingBlock();
                for (int number = second * RecordedSession.FramesPerSecond; number < (second + 1) * RecordedSession.FramesPerSecond; number++)
                    block.Add(new SessionFrame(RecordedSession.Frame(number, faces: 3), 640, 480));
                writer.Write(part, second + 1, block, TimeSpan.FromSeconds(second + 1), 3);
            }
        }
        Assert.InRange(new FileInfo(File).Length, 1, 12_000_000);
        using var store = SessionStore.Open(File);
        using var counter = new CountingSink();
        store.Replay("long", counter, TestContext.Current.CancellationToken);
        Assert.Equal(Seconds * RecordedSession.FramesPerSecond, counter.Frames);
        Assert.InRange(counter.MemoryGrowth, long.MinValue, 32_000_000);
    }

    private sealed class CountingSink : IReadingSink
    {
        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);

        public int Frames { get; private set; }

        public long MemoryGrowth { get; private set; } = long.MinValue;

        public void Add(FrameReading reading, Image picture)
        {
            if (++Frames % 20_000 == 0)
                MemoryGrowth = Math.Max(MemoryGrowth, GC.GetTotalMemory(forceFullCollection: true) - _before);
        }

        public void Alert(AlertEvent alert) { }

        public void Mark(TimeSpan time, string marker) { }

        public void Finish(IReadOnlyList<TrackEvent> events) { }

        public void Dispose() { }
    }
}
