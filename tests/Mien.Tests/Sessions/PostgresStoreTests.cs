namespace Mien.Tests.Sessions;

/// <summary>The store in PostgreSQL; needs a database in which it may make and drop tables, as MIEN_TEST_POSTGRES=postgres://USER:PASSWORD@HOST/DATABASE.</summary>
public sealed class PostgresStoreTests : IDisposable
{
    private readonly string? _address = Environment.GetEnvironmentVariable("MIEN_TEST_POSTGRES");
    private readonly string _name = $"test {Guid.NewGuid()}";

    private string Address
    {
        get
        {
            Assert.SkipWhen(string.IsNullOrEmpty(_address), "needs a PostgreSQL database: MIEN_TEST_POSTGRES=postgres://USER:PASSWORD@HOST/DATABASE");
            return _address!;
        }
    }

    public void Dispose()
    {
        if (string.IsNullOrEmpty(_address))
            return;
        using var store = SessionStore.Open(_address);
        foreach (var session in store.List().Where(session => session.Name.StartsWith(_name, StringComparison.Ordinal)))
            store.Delete(session.Name);
    }

    [Fact]
    public void What_is_recorded_comes_back_and_can_be_continued_and_deleted()
    {
        for (int run = 0; run < 2; run++)
        {
            using var recorder = SessionRecorder.Start(RecordedSession.Description(_name, TimeSpan.FromDays(1)), Address);
            Assert.Equal(run == 1, recorder.Continues);
            recorder.Mark(TimeSpan.Zero, $"part {run}");
            for (int number = 0; number < 100; number++)
                recorder.Add(RecordedSession.Frame(number, 2), RecordedSession.Picture);
            recorder.Finish([]);
        }
        using var store = SessionStore.Open(Address);
        var kept = KeptReadings.Of(store, _name);
        Assert.Equal(200, kept.Frames.Count);
        Assert.Equal([3, 4], kept.Frames[150].Faces.Select(face => face.Track));
        Assert.Equal(RecordedSession.Frame(50, 2).Faces[0].Smoothed.Top, kept.Frames[150].Faces[0].Smoothed.Top);
        Assert.Equal(["part 0", "part 1"], kept.Markers.Select(marker => marker.Marker));
        var session = store.Get(_name);
        Assert.Equal((200, 2, TimeSpan.FromDays(1)), (session.Frames, session.Parts.Count, session.Retention));
        Assert.True(session.Size > 0);
        store.Delete(_name);
        Assert.Contains(_name, Assert.Throws<MienException>(() => store.Get(_name)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_older_than_the_retention_is_gone_when_a_store_is_opened()
    {
        using (var recorder = SessionRecorder.Start(RecordedSession.Description(_name, TimeSpan.FromMilliseconds(1)), Address))
            recorder.Add(RecordedSession.Frame(0, 2), RecordedSession.Picture);
        Thread.Sleep(20);
        using var store = SessionStore.Open(Address);
        Assert.DoesNotContain(store.List(), session => session.Name == _name);
    }

    [Fact]
    public void A_server_that_is_not_there_is_named_without_the_password()
    {
        var error = Assert.Throws<MienException>(() => SessionStore.Open("postgres://user:secret@127.0.0.1:1/sessions"));
        Assert.StartsWith("postgres://127.0.0.1:1/sessions: the server cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://host/db?nonsense=1", "'nonsense' is no setting")]
    [InlineData("postgres://us er@ho st", "not well formed")]
    public void An_address_that_makes_no_sense_is_named(string address, string expected) =>
        Assert.Contains(expected, Assert.Throws<MienException>(() => SessionStore.Open(address)).Message, StringComparison.Ordinal);
}
