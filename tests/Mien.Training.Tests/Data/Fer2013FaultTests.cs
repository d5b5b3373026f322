using System.IO.Compression;

namespace Mien.Training.Tests.Data;

public sealed class Fer2013FaultTests : IDisposable
{
    private const string Header = "emotion,pixels,Usage";
    private const string VotesHeader = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sound_file_is_read_whatever_its_line_ends_and_column_order()
    {
        string path = _folder.Write("data.csv", "\uFEFFUsage, pixels, emotion\r", $"Training,\"{Pixels(7)}\",3\r", "", $"privatetest,{Pixels(200)},6");

        FaceDatasets data = DataFile.Open(path);

        Assert.Equal(Emotion.Happiness, data.Labels[data.Train!.Targets[0]]);
        Assert.All(data.Train.Pixels, pixel => Assert.Equal(7, pixel));
        Assert.Equal(Emotion.Neutral, data.Labels[data.Test!.Targets[0]]);
        Assert.Equal(1, data.Test.Rows[0]);
        Assert.Null(data.Validation);
        MienException missing = Assert.Throws<MienException>(() => data["val"]);
        Assert.Contains("it has train, test", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9,*,Training", "emotion '9' is not 0 to 6")]
    [InlineData("-1,*,Training", "emotion '-1' is not 0 to 6")]
    [InlineData(",*,Training", "emotion '' is not 0 to 6")]
    [InlineData("3,1 2 3,Training", "has 3 pixels, not 2304")]
    [InlineData("3,* 5,Training", "has 2305 pixels, not 2304")]
    [InlineData("3,,Training", "has 0 pixels, not 2304")]
    [InlineData("3,1 2 x7 4,Training", "pixel 3 'x7' is not 0 to 255")]
    [InlineData("3,1 256 4,Training", "pixel 2 '256' is not 0 to 255")]
    [InlineData("3,1 99999999999 4,Training", "pixel 2 '99999999999' is not 0 to 255")]
    [InlineData("3,1 -2 4,Training", "pixel 2 '-2' is not 0 to 255")]
    [InlineData("3,1 2.5 4,Training", "pixel 2 '2.5' is not 0 to 255")]
    [InlineData("3,*,Trainig", "Usage 'Trainig' is none of Training, PublicTest, PrivateTest")]
    [InlineData("3,*", "has too few columns")]
    public void A_malformed_row_is_left_out_and_reported_with_its_line(string row, string message)
    {
        string path = _folder.Write("data.csv", Header, Row(0), row.Replace("*", Pixels(1), StringComparison.Ordinal), Row(4));

        FaceDatasets data = DataFile.Open(path);

        Assert.Equal([new DataFault(path, 3, message)], data.Faults);
        Assert.Equal([0, 2], data.Train!.Rows);
        Assert.Equal([0, 4], data.Train.Targets);
    }

    [Fact]
    public void More_faults_than_allowed_stop_the_reading_and_the_first_are_shown()
    {
        string path = _folder.Write("data.csv", [Header, Row(0), .. Enumerable.Repeat("3,1 2 3,Training", 8)]);

        MienException error = Assert.Throws<MienException>(() => DataFile.Open(path, new() { MaxFaults = 6 }));

        Assert.Contains("6 faults are allowed, stopped at number 7", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{path}:3: has 3 pixels", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("...", error.Message, StringComparison.Ordinal);
        Assert.Equal(8, DataFile.Open(path, new() { MaxFaults = 8 }).Faults.Count);
    }

    [Theory]
    [InlineData("emotion,Usage", "column 'pixels' is missing")]
    [InlineData("0,1 2 3,Training", "column 'emotion' is missing")]
    [InlineData("", "column 'emotion' is missing")]
    [InlineData("emotion,pixels", "column 'Usage' is missing")]
    public void A_missing_header_is_named(string header, string message)
    {
        string path = _folder.Write("data.csv", header, Row(0));
        MienException error = Assert.Throws<MienException>(() => DataFile.Open(path));
        Assert.Contains($"{path}:1: {message}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_rows_says_so()
    {
        string path = _folder.Write("data.csv", Header);
        Assert.Contains("has no rows", Assert.Throws<MienException>(() => DataFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    public void A_truncated_gzip_stops_and_names_the_last_line(double share)
    {
        byte[] whole = Compress([Header, .. Enumerable.Range(0, 400).Select(i => Row(i % 7, i % 256))]);
        string path = _folder.File("data.csv.gz");
        File.WriteAllBytes(path, whole[..(int)(whole.Length * share)]);

        MienException error = Assert.Throws<MienException>(() => DataFile.Open(path));

        Assert.Matches("is damaged after line [0-9]+", error.Message);
    }

    [Fact]
    public void A_gzip_that_is_none_says_so()
    {
        string path = _folder.Write("data.csv.gz", Header, Row(0));
        Assert.Contains("is damaged after line 0", Assert.Throws<MienException>(() => DataFile.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing.csv", "no such file or folder")]
    [InlineData("data.txt", "is no data set that Mien reads")]
    public void A_path_that_holds_no_data_is_named(string name, string message)
    {
        _folder.Write("data.txt", "hello");
        Assert.Contains(message, Assert.Throws<MienException>(() => DataFile.Open(Path.Combine(_folder.Path, name))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Votes_with_fewer_rows_than_the_data_are_refused()
    {
        string path = _folder.Write("data.csv", Header, Row(0), Row(1));
        _folder.Write("fer2013new.csv", VotesHeader, "Training,a.png,10,0,0,0,0,0,0,0,0,0");
        Assert.Contains("has 1 rows of votes", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Votes_with_more_rows_than_the_data_are_refused()
    {
        string path = _folder.Write("data.csv", Header, Row(0));
        _folder.Write("fer2013new.csv", VotesHeader, "Training,a.png,10,0,0,0,0,0,0,0,0,0", "Training,b.png,10,0,0,0,0,0,0,0,0,0");
        Assert.Contains("has 2 rows of votes", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Votes_of_other_data_are_refused()
    {
        string path = _folder.Write("data.csv", Header, Row(0));
        _folder.Write("fer2013new.csv", VotesHeader, "PublicTest,a.png,10,0,0,0,0,0,0,0,0,0");
        Assert.Contains("does not belong to", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_votes_are_named_with_the_remedy()
    {
        string path = _folder.Write("data.csv", Header, Row(0));
        Assert.Contains("github.com/microsoft/FERPlus", Refusal(path), StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_votes_are_reported_and_the_rows_after_them_keep_their_labels()
    {
        string path = _folder.Write("data.csv", Header, Row(0), Row(1), Row(2));
        string votes = _folder.Write("fer2013new.csv", VotesHeader, "Training,a.png,10,0,0,0,0,0,0,0,0,0", "Training,b.png,ten,0,0,0,0,0,0,0,0,0", "Training,c.png,0,0,0,0,0,0,0,10,0,0");

        FaceDatasets data = DataFile.Open(path, new() { Labels = LabelSet.FerPlusMajority });

        Assert.Equal([new DataFault(votes, 3, "'ten' in column neutral is no number of votes")], data.Faults);
        Assert.Equal([Emotion.Neutral, Emotion.Contempt], data.Train!.Targets.Select(target => data.Labels[target]));
        Assert.Equal([0, 2], data.Train.Rows);
    }

    /// <summary>Order: neutral, happiness, surprise, sadness, anger, disgust, fear, contempt, unknown, no face.</summary>
    [Theory]
    [InlineData("6 0 0 4 0 0 0 0 0 0", "neutral")]
    [InlineData("5 0 0 5 0 0 0 0 0 0", FerPlusVotes.NoMajority)]
    [InlineData("5 1 1 1 1 1 0 0 0 0", "neutral")]
    [InlineData("4 0 0 4 0 0 0 0 2 0", FerPlusVotes.NoMajority)]
    [InlineData("1 0 0 1 0 0 0 0 8 0", FerPlusVotes.Unknown)]
    [InlineData("1 0 0 1 0 0 0 0 0 8", FerPlusVotes.NoFace)]
    [InlineData("1 1 1 1 1 1 1 1 1 1", FerPlusVotes.NoMajority)]
    public void The_majority_follows_the_paper(string votes, string expected)
    {
        var probabilities = new float[8];
        string? reason = FerPlusVotes.Label(Votes(votes), LabelSet.FerPlusMajority, probabilities);
        Assert.Equal(expected, reason ?? Emotion.All[probabilities.IndexOf(1)]);
    }

    [Theory]
    [InlineData("6 0 0 4 0 0 0 0 0 0", "0.6 0 0 0.4 0 0 0 0")]
    [InlineData("7 0 0 2 1 0 0 0 0 0", "1 0 0 0 0 0 0 0")]
    [InlineData("4 3 0 3 0 0 0 0 0 0", "0.4 0.3 0 0.3 0 0 0 0")]
    [InlineData("3 3 2 2 0 0 0 0 0 0", FerPlusVotes.NoMajority)]
    [InlineData("2 2 2 2 2 0 0 0 0 0", FerPlusVotes.NoMajority)]
    [InlineData("5 0 0 2 0 0 0 0 3 0", FerPlusVotes.NoMajority)]
    [InlineData("6 0 0 0 0 0 0 0 4 0", "1 0 0 0 0 0 0 0")]
    [InlineData("2 0 0 0 0 0 0 0 8 0", FerPlusVotes.Unknown)]
    [InlineData("4 0 0 0 0 0 0 0 4 2", FerPlusVotes.NoMajority)]
    public void The_distribution_follows_the_papers_reader(string votes, string expected)
    {
        var probabilities = new float[8];
        string? reason = FerPlusVotes.Label(Votes(votes), LabelSet.FerPlusDistribution, probabilities);
        Assert.Equal(expected, reason ?? string.Join(' ', probabilities.Select(value => value.ToString("0.##", null))));
    }

    private static byte[] Votes(string text) => [.. text.Split(' ').Select(byte.Parse)];

    private static string Refusal(string path) =>
        Assert.Throws<MienException>(() => DataFile.Open(path, new() { Labels = LabelSet.FerPlusMajority })).Message;

    private static string Pixels(int value) => string.Join(' ', Enumerable.Repeat(value, 2304));

    private static string Row(int emotion, int pixel = 1) => $"{emotion},{Pixels(pixel)},Training";

    private static byte[] Compress(IEnumerable<string> lines)
    {
        using var memory = new MemoryStream();
        using (var text = new StreamWriter(new GZipStream(memory, CompressionLevel.Optimal)))
        {
            foreach (string line in lines)
                text.Write(line + "\n");
        }
        return memory.ToArray();
    }
}
