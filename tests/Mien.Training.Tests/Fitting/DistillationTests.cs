using System.Text.Json.Nodes;
using Mien.Training.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Fitting;

[Collection(SeededTests.Name)]
public sealed class DistillationTests : IDisposable
{
    private const string BothLabelSets = """{"data":{"labels":"original+ferplus"}}""";

    private static readonly TrainingOptions Options = new() { ReportInterval = TimeSpan.Zero, Threads = 1 };

    private static readonly FaceDataset Train = ToyTraining.Data("train", 100, 1, votes: true);
    private static readonly FaceDataset Validation = ToyTraining.Data("validation", 41, 2, votes: true);

    private readonly string _folder = Directory.CreateTempSubdirectory("mien distillation é ").FullName;

    public DistillationTests() => Libtorch.Require();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_divergence_is_that_of_PyTorch()
    {
        // What PyTorch's kl_div(log_softmax(student / 4, 1), softmax(teacher / 4, 1), reduction="batchmean") * 4 ** 2 gives, and its gradient.
        float[] gradient =
        [
            0.09437139f, 0.2051242f, 0.008340551f, -0.3078362f, -0.3574238f, -0.09436414f,
            0.1099784f, 0.3418095f, 0.2994486f, -0.07963811f, -0.1748526f, -0.04495783f,
        ];
        Tensor student = Wave(0).requires_grad_(), teacher = Wave(5);
        Tensor divergence = Teacher.Divergence(student, teacher, temperature: 4);
        divergence.backward();
        Assert.Equal(3.023477f, divergence.item<float>(), 4);
        Assert.Equal(gradient, student.grad!.data<float>().ToArray(), (a, b) => MathF.Abs(a - b) <= 2e-5f);
        Assert.Equal(0, Teacher.Divergence(teacher, teacher, temperature: 2).item<float>(), 5);

        static Tensor Wave(int start) => tensor(Enumerable.Range(start, 12).Select(i => 3 * (float)Math.Sin(i)).ToArray(), [3, 4]);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"precision":"bfloat16","augmentation":{"crop":12},"loss":{"classWeights":"balanced"}}""")]
    public void A_student_learns_the_teachers_answers_where_all_labels_are_wrong(string changes)
    {
        string teacher = Teach("teacher", BothLabelSets);
        // Each image has the label of the next class, and no votes: who learns from the labels gets every face wrong.
        FaceDataset wrong = new(Train.Name, Train.Labels, Train.Size, Train.Format, Train.Pixels, Array.ConvertAll(Train.Targets, target => (target + 1) % 3))
        {
            Votes = new float[Train.Votes!.Length],
        };
        Recipe recipe = ToyTraining.Recipe(With(BothLabelSets, changes, """{"seed":8,"epochs":12}"""));
        using Trainer trainer = Trainer.Start(Taught(recipe, 1, 2, teacher), wrong, Validation, In("student"), Options);
        TrainingResult result = trainer.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Best!.ValidationAccuracy > 0.8, $"accuracy {result.Best.ValidationAccuracy}");

        using Checkpoint best = Checkpoint.Load(result.Folder.BestPath);
        using Network network = best.CreateNetwork();
        float[][] emotions = [.. NetworkEvaluation.EmotionLogits(network, Validation, recipe.Input).Chunk(8)];
        float[][] votes = [.. Validation.Votes!.Chunk(8)];
        int[] clear = [.. Enumerable.Range(0, Validation.Count).Where(i => votes[i].Max() > 0)];
        Assert.True(clear.Count(i => emotions[i].IndexOf(emotions[i].Max()) == votes[i].IndexOf(1)) > 0.8 * clear.Length);
    }

    [Fact]
    public void The_loss_weighs_labels_and_the_mean_of_the_teachers_logits_at_the_temperature()
    {
        const double Weight = 0.7, Temperature = 3, Votes = 0.5;
        const string Plain = """{"data":{"labels":"original+ferplus"},"augmentation":{},"loss":{"votes":0.5},"epochs":1,"batchSize":100,"network":{"name":"residual","stem":4,"widths":[6],"blocks":[1],"dropout":0}}""";
        string[] teachers = [Teach("one", BothLabelSets), Teach("two", With(BothLabelSets, """{"seed":9,"epochs":2}"""))];
        Recipe recipe = ToyTraining.Recipe(Plain);
        using Trainer trainer = Trainer.Start(Taught(recipe, Weight, Temperature, teachers), Train, Validation, In("student"), Options);

        // One batch holds all images, so that the loss of the epoch is that of the first step.
        double[][] student = Rows(trainer.Network.call((tensor(Array.ConvertAll(Train.Pixels, pixel => (float)pixel), [Train.Count, 1, Train.Size, Train.Size]) - 120) / 60).data<float>().ToArray());
        double[][][] taught = [.. teachers.Select(Answers)];
        double expected = 0;
        for (int i = 0; i < Train.Count; i++)
        {
            double[] teacher = [.. taught[0][i].Zip(taught[1][i], (a, b) => (a + b) / 2)];
            double labels = CrossEntropy(student[i][..3], [.. Enumerable.Range(0, 3).Select(c => c == Train.Targets[i] ? 1.0 : 0)])
                + (Votes * CrossEntropy(student[i][3..], [.. Train.Votes.AsSpan(i * 8, 8).ToArray().Select(vote => (double)vote)]));
            double answers = Divergence(student[i][..3], teacher[..3]) + (Votes * Divergence(student[i][3..], teacher[3..]));
            expected += (((1 - Weight) * labels) + (Weight * answers)) / Train.Count;
        }
        trainer.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected, trainer.Folder.ReadHistory()[0].TrainLoss, 1e-4);

        double[][] Rows(float[] logits) => [.. logits.Select(logit => (double)logit).Chunk(3 + 8)];
        double[][] Answers(string path)
        {
            using Checkpoint checkpoint = Checkpoint.Load(path);
            using Network network = checkpoint.CreateNetwork();
            float[] classes = NetworkEvaluation.Logits(network, Train, recipe.Input, cancellation: TestContext.Current.CancellationToken);
            float[] emotions = NetworkEvaluation.EmotionLogits(network, Train, recipe.Input);
            return Rows([.. classes.Chunk(3).Zip(emotions.Chunk(8), (a, b) => a.Concat(b)).SelectMany(row => row)]);
        }

        static double[] Softmax(double[] logits) => [.. logits.Select(logit => Math.Exp(logit) / logits.Sum(Math.Exp))];
        static double CrossEntropy(double[] logits, double[] goals) => -goals.Zip(Softmax(logits), (goal, p) => goal * Math.Log(p)).Sum();
        static double Divergence(double[] student, double[] teacher)
        {
            double[] p = Softmax([.. teacher.Select(logit => logit / Temperature)]), q = Softmax([.. student.Select(logit => logit / Temperature)]);
            return Temperature * Temperature * p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum();
        }
    }

    [Fact]
    public void Resuming_with_teachers_equals_training_in_one_go_and_leaves_no_tensors_behind()
    {
        string[] teachers = [Teach("one", BothLabelSets), Teach("two", With(BothLabelSets, """{"seed":9,"network":{"name":"plain-cnn","widths":[4,8],"convolutions":[1,1],"dense":16}}"""))];
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Recipe recipe = Taught(ToyTraining.Recipe(With(BothLabelSets, """{"epochs":3,"averaging":{"decay":0.9}}""")), 0.8, 2, teachers);
        using (Trainer whole = Trainer.Start(recipe, Train, Validation, In("whole"), Options))
            whole.Run(cancellation: TestContext.Current.CancellationToken);
        using (Trainer first = Trainer.Start(recipe, Train, Validation, In("parts"), Options))
        {
            using var source = new CancellationTokenSource();
            first.Run(new Reports(report =>
            {
                if (report is { Epoch: 2, Batch: 3 })
                    source.Cancel();
            }), source.Token);
            Assert.Equal(1, first.EpochsDone);
        }
        using (Trainer second = Trainer.Resume(In("parts"), Train, Validation, Options))
            second.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        using SafetensorsFile a = Safetensors.Read(new RunFolder(In("whole")).LastPath), b = Safetensors.Read(new RunFolder(In("parts")).LastPath);
        Assert.Equal(a.Tensors.Keys.Order(StringComparer.Ordinal), b.Tensors.Keys.Order(StringComparer.Ordinal));
        Assert.All(a.Tensors, entry => Assert.Equal(entry.Value.to(ScalarType.Float32).data<float>().ToArray(), b.Tensors[entry.Key].to(ScalarType.Float32).data<float>().ToArray()));

        File.Copy(teachers[0], teachers[1], overwrite: true);
        var error = Assert.Throws<MienException>(() => Trainer.Resume(In("parts"), Train, Validation, Options));
        Assert.Contains("was trained on other data", error.Message, StringComparison.Ordinal);
        Assert.Contains("teacher", error.Message, StringComparison.Ordinal);
        File.Delete(teachers[1]);
        error = Assert.Throws<MienException>(() => Trainer.Resume(In("parts"), Train, Validation, Options));
        Assert.StartsWith($"{teachers[1]}: there is no such file", error.Message, StringComparison.Ordinal);
        Assert.Contains("put its checkpoint there", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "its labels are anger, fear, neutral; the student's labels are anger, fear, neutral and the eight of FER+")]
    [InlineData("""{"data":{"labels":"original+ferplus"},"input":{"size":16,"mean":[100],"deviation":[60]}}""", "its images are 16x16 with channels 1, mean 100, deviation 60; the student's images are 16x16 with channels 1, mean 120, deviation 60")]
    [InlineData("""{"data":{"labels":"original+ferplus"},"input":{"size":16,"channels":3,"mean":[120,120,120],"deviation":[60,60,60]}}""", "with channels 3")]
    public void A_teacher_that_does_not_fit_is_refused(string changes, string fault) => AssertRefused(Teach("teacher", changes), fault);

    [Fact]
    public void A_teacher_with_its_labels_in_another_order_is_refused()
    {
        FaceDataset Reordered(FaceDataset data) => new(data.Name, ["fear", "anger", "neutral"], data.Size, data.Format, data.Pixels, data.Targets) { Votes = data.Votes };
        using Trainer teacher = Trainer.Start(ToyTraining.Recipe(BothLabelSets), Reordered(Train), Reordered(Validation), In("teacher"), Options);
        AssertRefused(teacher.Folder.LastPath, "its labels are fear, anger, neutral and the eight of FER+; the student's labels are anger, fear, neutral and");
    }

    [Fact]
    public void A_teacher_that_cannot_take_the_students_crops_is_refused()
    {
        string teacher = Teach("teacher", With(BothLabelSets, """{"epochs":1,"network":{"name":"four-layer-cnn"}}"""));
        AssertRefused(teacher, "augmentation.crop", """{"augmentation":{"crop":12}}""");
    }

    [Fact]
    public void A_file_that_holds_no_network_is_no_teacher()
    {
        AssertRefused(In("none.safetensors"), "--teacher");
        AssertRefused("mien-b", Path.Combine("runs", "mien-b", "best.safetensors"));
        File.WriteAllText(In("text.safetensors"), "no tensors");
        AssertRefused(In("text.safetensors"), In("text.safetensors"));
        using (var tensor = ones([2]))
            Safetensors.Write(In("other.safetensors"), new Dictionary<string, Tensor> { ["a"] = tensor });
        AssertRefused(In("other.safetensors"), "no checkpoint");
    }

    [Fact]
    public void A_training_does_not_overwrite_its_teacher()
    {
        string teacher = Teach("run", BothLabelSets);
        Recipe recipe = Taught(ToyTraining.Recipe(BothLabelSets), 1, 1, teacher);
        var error = Assert.Throws<MienException>(() => Trainer.Start(recipe, Train, Validation, In("run"), Options with { Overwrite = true }));
        Assert.Contains("another folder", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(teacher));
    }

    private string In(string name) => Path.Combine(_folder, name);

    /// <summary>Trains a teacher on the right labels.</summary>
    private string Teach(string name, string changes)
    {
        Recipe recipe = ToyTraining.Recipe(changes);
        PixelFormat format = recipe.Input.Channels == 1 ? PixelFormat.Gray8 : PixelFormat.Rgb24;
        FaceDataset train = ToyTraining.Data("train", 100, 1, votes: true, format: format), validation = ToyTraining.Data("validation", 41, 2, votes: true, format: format);
        if (recipe.Data.Labels == LabelSet.Original)
            (train, validation) = (ToyTraining.Data("train", 100, 1), ToyTraining.Data("validation", 41, 2));
        using Trainer trainer = Trainer.Start(recipe, train, validation, In(name), Options);
        return trainer.Run(cancellation: TestContext.Current.CancellationToken).Folder.BestPath;
    }

    private void AssertRefused(string teacher, string fault, string changes = "{}")
    {
        Recipe recipe = Taught(ToyTraining.Recipe(With(BothLabelSets, changes)), 1, 1, teacher);
        var error = Assert.ThrowsAny<MienException>(() => Trainer.Start(recipe, Train, Validation, In("student"), Options));
        Assert.Contains(fault, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("student")));
    }

    private static Recipe Taught(Recipe recipe, double weight, double temperature, params string[] teachers) =>
        recipe with { Distillation = new DistillationRecipe { Teacher = teachers, Weight = weight, Temperature = temperature } };

    private static string With(params ReadOnlySpan<string> changes)
    {
        var all = new JsonObject();
        foreach (string change in changes)
        {
            foreach ((string name, JsonNode? value) in JsonNode.Parse(change)!.AsObject())
                all[name] = value?.DeepClone();
        }
        return all.ToJsonString();
    }
}
