namespace Mien.Tests.Tracking;

public sealed class FaceTrackerTests
{
    private readonly Scene _scene = new();
    private readonly FaceTracker _tracker = new();

    [Theory]
    [InlineData(60)]
    [InlineData(30)]
    [InlineData(10)]
    [InlineData(4)]
    [InlineData(30, 500, 501)]
    public void Two_who_cross_keep_their_ids_at_any_frame_rate(int framesPerSecond, int first = 1, int second = 2)
    {
        // While they overlap, the detector finds only the one in front.
        var ids = new HashSet<int>[] { [], [] };
        for (int frame = 0; frame <= 4 * framesPerSecond; frame++)
        {
            double time = (double)frame / framesPerSecond, left = 100 + (150 * time), right = 700 - (150 * time);
            bool hidden = Math.Abs(left - right) < 60;
            ObservedFace[] faces = hidden ? [_scene.Face(first, left, 200)] : [_scene.Face(second, right, 210), _scene.Face(first, left, 200)];
            foreach (var face in _tracker.Update(Seconds(time), faces).Faces)
                ids[hidden || face.Index == 1 ? 0 : 1].Add(face.Track);
        }
        Assert.Single(ids[0]);
        Assert.Single(ids[1]);
        Assert.NotEqual(ids[0].Single(), ids[1].Single());
    }

    [Fact]
    public void One_who_turns_back_behind_another_is_known_by_appearance()
    {
        // They meet and both go back: motion alone would swap them.
        for (int frame = 0; frame <= 120; frame++)
        {
            double time = frame / 30.0, apart = Math.Abs(2 - time) * 120;
            ObservedFace[] faces = apart < 40 ? [_scene.Face(2, 400 + apart, 200)] : [_scene.Face(1, 400 - apart, 200), _scene.Face(2, 400 + apart, 200)];
            foreach (var face in _tracker.Update(Seconds(time), faces).Faces)
                Assert.Equal(apart < 40 ? 2 : face.Index + 1, face.Track);
        }
    }

    [Fact]
    public void Where_looks_are_far_apart_one_has_to_do()
    {
        _tracker.IsSparse = true;
        var first = _tracker.Update(TimeSpan.Zero, [_scene.Face(1, 100, 200), _scene.Face(2, 400, 200)]);
        Assert.Equal([1, 2], first.Faces.Select(face => face.Track));
        Assert.Equal([0, 1], first.Faces.Select(face => face.Index!.Value));
        Assert.Equal([TrackEventKind.Entered, TrackEventKind.Entered], first.Events.Select(happened => happened.Kind));
        Assert.Equal([1, 2], _tracker.Update(Seconds(2.5), [_scene.Face(1, 100, 200), _scene.Face(2, 400, 200)]).Faces.Select(face => face.Track));
        // Who was missed once is out of sight for as long as the looks are apart.
        Assert.Equal(2, Assert.Single(_tracker.Update(Seconds(5), [_scene.Face(2, 400, 200)]).Faces).Track);
        var last = _tracker.Update(Seconds(7.5), [_scene.Face(1, 100, 200), _scene.Face(2, 400, 200)]);
        Assert.Equal([2, 3], last.Faces.Select(face => face.Track));
        Assert.Contains(new TrackEvent(TrackEventKind.Left, 1, Seconds(2.5)), last.Events);
    }

    [Fact]
    public void A_second_out_of_sight_keeps_the_id_and_tells_nothing()
    {
        var events = Watch(0, 2, time => [_scene.Face(1, 100 + (60 * time), 200)]);
        events.AddRange(Watch(2, 3, _ => []));
        events.AddRange(Watch(3, 5, time => [_scene.Face(1, 100 + (60 * time), 200)]));
        var entered = Assert.Single(events);
        Assert.Equal(new TrackEvent(TrackEventKind.Entered, 1, TimeSpan.Zero), entered);
        Assert.Equal(1, Assert.Single(_tracker.Update(Seconds(5), [_scene.Face(1, 400, 200)]).Faces).Track);
        Assert.Equal([new TrackEvent(TrackEventKind.Left, 1, Seconds(5))], _tracker.Finish());
    }

    [Fact]
    public void After_a_long_gap_the_same_face_gets_a_new_id()
    {
        var events = Watch(0, 2, _ => [_scene.Face(1, 200, 200)]);
        events.AddRange(Watch(2, 5, _ => []));
        events.AddRange(Watch(5, 6, _ => [_scene.Face(1, 200, 200)]));
        Assert.Equal([(TrackEventKind.Entered, 1), (TrackEventKind.Left, 1), (TrackEventKind.Entered, 2)], events.Select(e => (e.Kind, e.Track)));
        Assert.Equal(2 - (1 / 30.0), events[1].Time.TotalSeconds, tolerance: 1e-6);
        Assert.Equal(5, events[2].Time.TotalSeconds, tolerance: 1e-6);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(0.5, 1, 2)]
    [InlineData(1.5, 1, 2)]
    [InlineData(0, 500, 501)]
    [InlineData(1.5, 500, 501)]
    public void Somebody_else_in_the_same_place_is_never_joined(double gap, int first, int second)
    {
        var events = Watch(0, 2, _ => [_scene.Face(first, 200, 200)]);
        events.AddRange(Watch(2, 2 + gap, _ => []));
        events.AddRange(Watch(2 + gap, 6, _ => [_scene.Face(second, 200, 200)]));
        Assert.Equal([(TrackEventKind.Entered, 1), (TrackEventKind.Entered, 2), (TrackEventKind.Left, 1)], events.OrderBy(e => e.Kind).ThenBy(e => e.Time).Select(e => (e.Kind, e.Track)));
    }

    [Fact]
    public void A_face_is_not_taken_for_a_known_one_far_away()
    {
        Watch(0, 1, _ => [_scene.Face(1, 100, 100)]);
        Assert.Empty(_tracker.Update(Seconds(1), [_scene.Face(1, 900, 600)]).Faces);
    }

    [Fact]
    public void A_face_that_flashes_up_gets_no_id()
    {
        var events = new List<TrackEvent>();
        for (int frame = 0; frame < 300; frame++)
        {
            var found = _tracker.Update(Seconds(frame / 30.0), frame % 20 < 3 ? [_scene.Face(frame / 20, 200, 200)] : []);
            Assert.Empty(found.Faces);
            events.AddRange(found.Events);
        }
        Assert.Empty(events);
    }

    [Fact]
    public void An_uncertain_detection_goes_on_with_a_track_but_begins_none()
    {
        Watch(0, 1, _ => [_scene.Face(1, 200, 200)]);
        var events = Watch(1, 3, _ => [_scene.Face(1, 200, 200, confidence: 0.2f), _scene.Face(2, 500, 200, confidence: 0.2f)]);
        Assert.Empty(events);
        Assert.Equal(1, Assert.Single(_tracker.Update(Seconds(3), [_scene.Face(1, 200, 200, confidence: 0.2f)]).Faces).Track);
    }

    [Fact]
    public void Irregular_frame_times_change_nothing()
    {
        var random = new Random(3);
        var tracks = new HashSet<int>();
        for (double time = 0; time < 20; time += 0.01 + (0.3 * random.NextDouble() * random.NextDouble()))
        {
            // Round the corners of a slow figure of eight.
            double x = 400 + (150 * Math.Sin(time)), y = 300 + (80 * Math.Sin(2 * time));
            tracks.UnionWith(_tracker.Update(Seconds(time), [_scene.Face(1, x, y)]).Faces.Select(face => face.Track));
        }
        Assert.Equal([1], tracks);
    }

    [Fact]
    public void Between_detections_faces_move_on_with_their_landmarks()
    {
        for (int frame = 0; frame <= 60; frame++)
        {
            double x = 100 + (90 * frame / 30.0);
            var face = _scene.Face(1, x, 200);
            var landmarks = new FaceLandmarks(new((float)x - 20, 180), new((float)x + 20, 180), new((float)x, 200), new((float)x - 15, 225), new((float)x + 15, 225));
            var found = new DetectedFace(new((float)x - 50, 150, 100, 100), 0.9f, landmarks);
            if (frame % 3 == 0)
            {
                _tracker.Update(Seconds(frame / 30.0), [new(found, face.Appearance)]);
            }
            else if (frame > 20)
            {
                var predicted = Assert.Single(_tracker.Predict(Seconds(frame / 30.0)));
                Assert.Equal((1, null), (predicted.Track, predicted.Index));
                Assert.InRange(predicted.Face.Box.IntersectionOverUnion(found.Box), 0.97, 1);
                Assert.Equal(landmarks.LeftEye.X, predicted.Face.Landmarks!.LeftEye.X, tolerance: 1.5f);
                Assert.Equal(landmarks.RightMouth.Y, predicted.Face.Landmarks.RightMouth.Y, tolerance: 1.5f);
            }
        }
    }

    [Fact]
    public void A_face_that_the_detector_missed_is_not_predicted()
    {
        Watch(0, 1, _ => [_scene.Face(1, 200, 200)]);
        Assert.Single(_tracker.Predict(Seconds(1)));
        _tracker.Update(Seconds(1.03), []);
        Assert.Empty(_tracker.Predict(Seconds(1.07)));
    }

    [Fact]
    public void Sixteen_who_mill_about_keep_sixteen_ids()
    {
        var tracks = new HashSet<(int Person, int Track)>();
        for (int frame = 0; frame < 300; frame++)
        {
            double time = frame / 15.0;
            var order = Enumerable.Range(0, 16).ToArray();
            new Random(frame).Shuffle(order);
            var found = _tracker.Update(Seconds(time), [.. order.Select(person => _scene.Face(
                person, 400 + (300 * Math.Sin((0.3 * time) + person)), 300 + (200 * Math.Cos((0.2 * time) + (1.7 * person))), 60))]);
            tracks.UnionWith(found.Faces.Select(face => (order[face.Index!.Value], face.Track)));
        }
        Assert.Equal(16, tracks.Count);
        Assert.Equal(16, tracks.Select(pair => pair.Track).Distinct().Count());
    }

    [Fact]
    public void The_same_faces_give_the_same_ids()
    {
        string first = Run(), second = Run();
        Assert.Equal(first, second);

        static string Run()
        {
            var (scene, tracker) = (new Scene(), new FaceTracker());
            return string.Join("; ", Enumerable.Range(0, 100).Select(frame => string.Join(", ", tracker.Update(Seconds(frame / 20.0),
                [scene.Face(1, 3 * frame, 100), scene.Face(2, 300 - (2 * frame), 110)]).Faces.Select(face => $"{face.Track} {face.Face.Box}"))));
        }
    }

    [Fact]
    public void Half_an_hour_of_passers_by_holds_only_those_in_view()
    {
        int entered = 0, left = 0, most = 0;
        for (int frame = 0; frame < 30 * 60 * 10; frame++)
        {
            // Each stays four seconds; there is always one, and a false detection now and then.
            double time = frame / 10.0;
            var faces = new List<ObservedFace> { _scene.Face(frame / 40 % 50, 100 + (frame % 40), 200) };
            if (frame % 7 == 0)
                faces.Add(_scene.Face(1000 + (frame % 100), 600, 400, 40));
            foreach (var happened in _tracker.Update(Seconds(time), faces).Events)
                _ = happened.Kind == TrackEventKind.Entered ? entered++ : left++;
            most = Math.Max(most, _tracker.Known);
        }
        Assert.Equal(450, entered);
        Assert.InRange(left, 449, 450);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public void Time_does_not_go_back()
    {
        _tracker.Update(Seconds(2), []);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _tracker.Update(Seconds(1.5), []));
        Assert.Contains("00:00:02", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _tracker.Predict(Seconds(1.9)));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private List<TrackEvent> Watch(double start, double end, Func<double, ObservedFace[]> faces)
    {
        var events = new List<TrackEvent>();
        for (int frame = (int)Math.Round(start * 30); frame < end * 30; frame++)
            events.AddRange(_tracker.Update(Seconds(frame / 30.0), faces(frame / 30.0)).Events);
        return events;
    }
}
