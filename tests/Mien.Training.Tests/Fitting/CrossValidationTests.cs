using System.Text.Json;
using Mien.Training.Tests.Networks;

namespace Mien.Training.Tests.Fitting;

[Collection(SeededTests.Name)]
public sealed class CrossValidationTests : IDisposable
{
    private static readonly TrainingOptions Options = new() { ReportInterval = TimeSpan.Zero, Threads = 1 };

    private readonly string _folder = Directory.CreateTempSubdirectory("mien folds é ").FullName;

    public CrossValidationTests() => Libtorch.Require();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_image_is_read_once_by_a_network_that_saw_nothing_of_its_person()
    {
        FaceDataset data = Persons();
        CrossValidationResult result = Create(data).Run(resume: false, Options, Train)!;

        Assert.Equal([1, 2, 3], result.Folds.Select(fold => fold.Fold));
        Assert.Equal(data.Count, result.Folds.Sum(fold => fold.Images));
        Assert.Equal(data.Count, result.Pooled.N);
        Assert.Equal(data.ClassCounts(), result.Pooled.PerClass.Select(label => label.Support));
        Assert.Equal(result.Folds.Sum(fold => fold.Accuracy * fold.Images) / data.Count, result.Pooled.Accuracy, 12);
        Assert.True(result.Pooled.Accuracy > 0.8, $"accuracy {result.Pooled.Accuracy}");
        // Each fold's figure is that of its last epoch, which its history tells too.
        Assert.Equal(result.Folds.Select(fold => fold.Accuracy),
            Enumerable.Range(1, 3).Select(fold => new RunFolder(Path.Combine(_folder, $"fold-{fold:D2}")).ReadHistory()[^1].ValidationAccuracy), (a, b) => Math.Abs(a - b) < 1e-9);
        JsonElement json = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "folds.json"))).RootElement;
        Assert.Equal(result.Pooled.Accuracy, json.GetProperty("pooled").GetProperty("accuracy").GetDouble());
        Assert.Equal(3, json.GetProperty("folds").GetArrayLength());
    }

    [Fact]
    public void A_stop_keeps_the_folds_that_are_done()
    {
        FaceDataset data = Persons();
        CrossValidationResult whole = Create(data).Run(resume: false, Options, Train)!;
        Directory.Delete(_folder, recursive: true);

        using var source = new CancellationTokenSource();
        Assert.Null(Create(data).Run(resume: false, Options, (trainer, fold) => trainer.Run(new Reports(report =>
        {
            if (fold == 2 && report is { Epoch: 3, Batch: 2 })
                source.Cancel();
        }), source.Token)));
        Assert.False(File.Exists(Path.Combine(_folder, "folds.json")));
        Assert.Contains("already holds a training", Assert.Throws<MienException>(() => Create(data).Run(resume: false, Options, Train)).Message, StringComparison.Ordinal);
        var epochs = new List<int>();
        CrossValidationResult resumed = Create(data).Run(resume: true, Options, (trainer, fold) =>
        {
            epochs.Add(trainer.EpochsDone);
            return Train(trainer, fold);
        })!;
        Assert.Equal([4, 2, 0], epochs);
        Assert.Equal(whole.Folds, resumed.Folds);
        var other = new CrossValidation(LastKept() with { BatchSize = 8 }, data, 3, _folder);
        Assert.Contains("another recipe", Assert.Throws<MienException>(() => other.Run(resume: true, Options, Train)).Message, StringComparison.Ordinal);
        Assert.Equal(whole.Pooled.LogLoss, resumed.Pooled.LogLoss);
    }

    [Fact]
    public void A_recipe_that_keeps_the_best_epoch_is_refused()
    {
        var error = Assert.Throws<MienException>(() => new CrossValidation(ToyTraining.Recipe(), Persons(), 3, _folder));
        Assert.Contains("\"keep\": \"last\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_teacher_is_refused_because_it_may_have_seen_the_persons()
    {
        Recipe recipe = ToyTraining.Recipe("""{"keep":"last","distillation":{"teacher":"mien-b"}}""");
        Assert.Contains("learns from a teacher", Assert.Throws<MienException>(() => new CrossValidation(recipe, Persons(), 3, _folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_without_persons_is_refused()
    {
        var error = Assert.Throws<MienException>(() => new CrossValidation(LastKept(), ToyTraining.Data("all", 20, 1), 3, _folder));
        Assert.Contains("person", error.Message, StringComparison.Ordinal);
    }

    private static Recipe LastKept() => ToyTraining.Recipe("""{"keep":"last"}""");

    private CrossValidation Create(FaceDataset data) => new(LastKept(), data, 3, _folder);

    private static TrainingResult Train(Trainer trainer, int fold) => trainer.Run(cancellation: TestContext.Current.CancellationToken);

    /// <summary>Images of a dozen persons, of each another number.</summary>
    private static FaceDataset Persons()
    {
        FaceDataset data = ToyTraining.Data("all", 150, 3);
        var random = new Random(4);
        return new FaceDataset(data.Name, data.Labels, data.Size, data.Format, data.Pixels, data.Targets)
        {
            Groups = [.. Enumerable.Range(0, data.Count).Select(_ => $"person {random.Next(12)}")],
        };
    }
}
