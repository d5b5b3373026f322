using Mien.Training.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Mien.Training.Tests.Fitting;

[Collection(SeededTests.Name)]
public sealed class TrainerTests : IDisposable
{
    /// <summary>Reports every batch; one thread, because for images this small more only wait for each other.</summary>
    private static readonly TrainingOptions Options = new() { ReportInterval = TimeSpan.Zero, Threads = 1 };

    private static readonly FaceDataset Train = ToyTraining.Data("train", 100, 1);
    private static readonly FaceDataset Validation = ToyTraining.Data("validation", 41, 2);

    private readonly string _folder = Directory.CreateTempSubdirectory("mien fitting é ").FullName;

    public TrainerTests() => Libtorch.Require();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_training_learns_and_leaves_its_files()
    {
        var reports = new Reports();
        using Trainer trainer = Start(ToyTraining.Recipe(), "run");
        TrainingResult result = trainer.Run(reports, TestContext.Current.CancellationToken);

        Assert.Equal(TrainingOutcome.Completed, result.Outcome);
        Assert.Equal(4, result.EpochsDone);
        Assert.True(result.Best!.ValidationAccuracy > 0.9, $"accuracy {result.Best.ValidationAccuracy}");
        IReadOnlyList<EpochResult> history = result.Folder.ReadHistory();
        Assert.Equal([1, 2, 3, 4], history.Select(epoch => epoch.Epoch));
        Assert.Equal(result.Best, history.MaxBy(epoch => epoch.ValidationAccuracy));
        Assert.All(history, epoch => Assert.True(epoch is { Seconds: > 0, ImagesPerSecond: > 0, TrainLoss: > 0, ValidationLoss: > 0, LearningRate: > 0 }));
        Assert.Equal(trainer.Recipe.ToJson(), Recipe.Load(result.Folder.RecipePath).ToJson());
        Assert.Equal(history, reports.All.Where(report => report.Finished is not null).Select(report => report.Finished!));
        Assert.All(reports.All, report => Assert.True(report is { Epochs: 4, Batches: 7, ImagesPerSecond: > 0 } && report.TimeLeft >= TimeSpan.Zero));
    }

    [Fact]
    public void The_best_checkpoint_is_the_network_that_scored_best()
    {
        using Trainer trainer = Start(ToyTraining.Recipe(), "run");
        TrainingResult result = trainer.Run(cancellation: TestContext.Current.CancellationToken);

        using Checkpoint best = Checkpoint.Load(result.Folder.BestPath);
        using Network network = best.CreateNetwork();
        float[] probabilities = NetworkEvaluation.Probabilities(network, Validation, best.Recipe.Input, batchSize: 7, cancellation: TestContext.Current.CancellationToken);
        ClassificationReport report = ClassificationReport.Create(best.Labels, probabilities, Validation.Targets);

        Assert.Equal(result.Best, best.Best);
        Assert.Equal(result.Best!.ValidationAccuracy, report.Accuracy, 12);
        Assert.Equal(result.Best.ValidationLoss, report.LogLoss, 4);
        ModelMetadata metadata = best.ToModelMetadata();
        Assert.Equal((16, ColorOrder.Gray, 3), (metadata.InputSize, metadata.Color, metadata.Labels.Count));
    }

    [Fact]
    public void In_sixteen_bits_a_training_learns_too_and_keeps_its_weights_wide()
    {
        using Trainer trainer = Start(ToyTraining.Recipe("""{"precision":"bfloat16"}"""), "run");
        TrainingResult result = trainer.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Best!.ValidationAccuracy > 0.9, $"accuracy {result.Best.ValidationAccuracy}");
        Assert.All(trainer.Network.named_parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.parameter.dtype));
    }

    [Fact]
    public void Two_label_sets_are_learnt_at_once_and_one_file_tells_both_apart()
    {
        Recipe recipe = ToyTraining.Recipe("""{"data":{"labels":"original+ferplus"},"epochs":6}""");
        FaceDataset train = ToyTraining.Data("train", 150, 1, votes: true), validation = ToyTraining.Data("validation", 41, 2, votes: true);
        using Trainer trainer = Trainer.Start(recipe, train, validation, Path.Combine(_folder, "run"), Options);
        TrainingResult result = trainer.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Best!.ValidationAccuracy > 0.9, $"accuracy {result.Best.ValidationAccuracy}");

        using Checkpoint best = Checkpoint.Load(result.Folder.BestPath);
        using Network network = best.CreateNetwork();
        string path = Path.Combine(_folder, "two.onnx");
        OnnxExporter.Export(network, best.ToModelMetadata(), path);
        using var own = EmotionClassifier.Load(path);
        using var ferPlus = EmotionClassifier.Load(path, labels: "ferplus");
        Assert.Equal(validation.Labels, own.Labels);
        Assert.Equal(Emotion.All, ferPlus.Labels);
        Image[] faces = [.. Enumerable.Range(0, validation.Count).Select(validation.ImageAt)];
        float[] expected = NetworkEvaluation.Probabilities(network, validation, recipe.Input, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected, own.Classify(faces).SelectMany(scores => scores.Values.ToArray()), (a, b) => MathF.Abs(a - b) < 1e-4f);
        var tops = ferPlus.Classify(faces).Select(scores => scores.Top).ToList();
        Assert.True(Enumerable.Range(0, faces.Length).Count(i => tops[i] == validation.Labels[validation.Targets[i]]) > 0.9 * faces.Length);
        var error = Assert.Throws<ModelException>(() => EmotionClassifier.Load(path, labels: "other"));
        Assert.Contains("It has: ferplus.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_complete_training_leaves_the_best_network_calibrated_and_a_cancelled_one_does_not()
    {
        Recipe recipe = ToyTraining.Recipe("""{"epochs":1,"loss":{"labelSmoothing":0.4}}""");
        using (Trainer first = Start(recipe, "run"))
            Assert.Null(StopAt(first, epoch: 1, batch: 3).Calibration);
        using Trainer trainer = Trainer.Resume(In("run"), Train, Validation, Options);
        TrainingResult result = trainer.Run(cancellation: TestContext.Current.CancellationToken);

        using Checkpoint best = Checkpoint.Load(result.Folder.BestPath);
        Assert.NotNull(result.Calibration);
        Assert.Equal(result.Calibration, best.Calibration);
        Assert.Equal(result.Calibration, result.Folder.ReadCalibration());
        Assert.Equal(result.Best, best.Best);
        ModelMetadata metadata = best.ToModelMetadata();
        Assert.Equal((float)result.Calibration.Temperature, metadata.Temperature);

        using Network network = best.CreateNetwork();
        float[] logits = NetworkEvaluation.Logits(network, Validation, best.Recipe.Input, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Calibration.Fit(logits, Validation.Targets), result.Calibration);
        Assert.Equal(result.Calibration.EceAfter, metadata.Metrics["validation.ece"]);
    }

    [Fact]
    public void The_picture_of_training_images_shows_crops_as_the_network_sees_them()
    {
        Data.DataFile.RequirePictures();
        Image whole = TrainingSamples.Render(ToyTraining.Recipe(), Train), cropped = TrainingSamples.Render(ToyTraining.Recipe("""{"augmentation":{"crop":12}}"""), Train);
        Assert.Equal((whole.Width, whole.Height), (cropped.Width, cropped.Height));
        Assert.False(whole.Pixels.SequenceEqual(cropped.Pixels));
    }

    [Fact]
    public void An_ensemble_answers_with_the_mean_of_its_members_and_their_mirrored_faces()
    {
        var checkpoints = new List<string>();
        foreach (int seed in (ReadOnlySpan<int>)[1, 2])
        {
            using Trainer trainer = Start(ToyTraining.Recipe($$"""{"epochs":2,"seed":{{seed}}}"""), $"member{seed}");
            checkpoints.Add(trainer.Run(cancellation: TestContext.Current.CancellationToken).Folder.BestPath);
        }
        EnsembleRecipe recipe = EnsembleRecipe.Parse("""{"name":"both","members":["a","b"],"mirror":true}""", "both.json");
        string path = In("both.onnx");
        Calibration calibration = recipe.Export(checkpoints, Validation, path);

        var expected = new double[Validation.Count * 3];
        foreach (string checkpoint in checkpoints)
        {
            using Checkpoint member = Checkpoint.Load(checkpoint);
            using Network network = member.CreateNetwork();
            foreach (FaceDataset faces in (FaceDataset[])[Validation, Mirrored(Validation)])
            {
                float[] logits = NetworkEvaluation.Logits(network, faces, member.Recipe.Input, cancellation: TestContext.Current.CancellationToken);
                for (int i = 0; i < logits.Length; i++)
                    expected[i] += logits[i] / 4;
            }
        }
        using var classifier = EmotionClassifier.Load(path);
        Assert.Equal(("both", (float)calibration.Temperature), (classifier.Metadata.Name, classifier.Metadata.Temperature));
        var scores = classifier.Classify([.. Enumerable.Range(0, Validation.Count).Select(Validation.ImageAt)]);
        for (int i = 0; i < Validation.Count; i++)
        {
            double[] weights = [.. expected.AsSpan(i * 3, 3).ToArray().Select(logit => Math.Exp(logit / calibration.Temperature))];
            Assert.Equal(weights.Select(weight => (float)(weight / weights.Sum())), scores[i].Values.ToArray(), (a, b) => MathF.Abs(a - b) < 1e-4f);
        }

        static FaceDataset Mirrored(FaceDataset data) => new(data.Name, data.Labels, data.Size, data.Format,
            [.. data.Pixels.Chunk(data.Size).SelectMany(row => row.Reverse())], data.Targets);
    }

    [Fact]
    public void Networks_with_other_labels_or_input_make_no_ensemble()
    {
        using Trainer one = Start(ToyTraining.Recipe("""{"epochs":1}"""), "one");
        using Trainer other = Start(ToyTraining.Recipe("""{"epochs":1,"input":{"size":16,"mean":[100],"deviation":[60]}}"""), "other");
        string[] checkpoints = [one.Run(cancellation: TestContext.Current.CancellationToken).Folder.BestPath, other.Run(cancellation: TestContext.Current.CancellationToken).Folder.BestPath];
        EnsembleRecipe recipe = EnsembleRecipe.Find("mien-ensemble")!;
        var error = Assert.Throws<MienException>(() => recipe.Export(checkpoints, Validation, In("both.onnx")));
        Assert.Contains(checkpoints[1], error.Message, StringComparison.Ordinal);
        Assert.All(recipe.Members, member => Assert.Equal(member, Recipe.Load(member).Name));
    }

    public static TheoryData<string> Variants => new()
    {
        "{}",
        """{"optimizer":{"name":"adamw","learningRate":0.01,"weightDecay":0.01},"averaging":{"decay":0.9}}""",
        """{"schedule":{"name":"plateau","patience":0,"factor":0.5},"loss":{"classWeights":"balanced"}}""",
        """{"precision":"bfloat16","augmentation":{"crop":12,"sharpness":0.5}}""",
        """{"keep":"last","averaging":{"decay":0.9}}""",
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Resuming_in_the_middle_equals_training_in_one_go(string changes)
    {
        Recipe recipe = ToyTraining.Recipe(changes);
        using (Trainer whole = Start(recipe, "whole"))
            whole.Run(cancellation: TestContext.Current.CancellationToken);
        using (Trainer first = Start(recipe, "parts"))
            StopAt(first, epoch: 2, batch: 1);
        using (Trainer second = Trainer.Resume(In("parts"), Train, Validation, Options))
            StopAt(second, epoch: 4, batch: 3);
        using (Trainer third = Trainer.Resume(In("parts"), Train, Validation, Options))
        {
            Assert.Equal(3, third.EpochsDone);
            Assert.Equal(TrainingOutcome.Completed, third.Run(cancellation: TestContext.Current.CancellationToken).Outcome);
        }

        AssertSameTensors("last.safetensors");
        AssertSameTensors("best.safetensors");
        static EpochResult Timeless(EpochResult epoch) => epoch with { Seconds = 0, ImagesPerSecond = 0 };
        Assert.Equal(new RunFolder(In("whole")).ReadHistory().Select(Timeless), new RunFolder(In("parts")).ReadHistory().Select(Timeless));
        using Checkpoint a = Checkpoint.Load(Path.Combine(In("whole"), "last.safetensors"));
        using Checkpoint b = Checkpoint.Load(Path.Combine(In("parts"), "last.safetensors"));
        Assert.Equal(a.State.Plateau, b.State.Plateau);
        Assert.Equal(a.State.Steps, b.State.Steps);
        Assert.Equal(Timeless(a.Best!), Timeless(b.Best!));
    }

    [Fact]
    public void Lines_of_the_history_after_the_checkpoint_are_cut_on_resume()
    {
        using (Trainer first = Start(ToyTraining.Recipe(), "run"))
            StopAt(first, epoch: 3, batch: 1);
        string history = Path.Combine(In("run"), "history.jsonl");
        File.AppendAllText(history, """{"epoch":3,"trainLo""");
        using Trainer second = Trainer.Resume(In("run"), Train, Validation, Options);
        Assert.Equal(2, File.ReadAllLines(history).Length);
    }

    [Fact]
    public void A_training_without_an_epoch_can_be_resumed_too()
    {
        using (Trainer first = Start(ToyTraining.Recipe(), "run"))
        {
            TrainingResult result = StopAt(first, epoch: 1, batch: 1);
            Assert.Equal(0, result.EpochsDone);
            Assert.Null(result.Best);
            Assert.Contains(In("run"), result.Message, StringComparison.Ordinal);
        }
        using Trainer second = Trainer.Resume(In("run"), Train, Validation, Options);
        Assert.Equal(4, second.Run(cancellation: TestContext.Current.CancellationToken).EpochsDone);
    }

    [Fact]
    public void Early_stopping_ends_a_training_that_no_longer_gets_better()
    {
        Recipe recipe = ToyTraining.Recipe("""{"epochs":50,"earlyStopping":{"patience":2}}""");
        using (Trainer trainer = Start(recipe, "run"))
        {
            TrainingResult result = trainer.Run(cancellation: TestContext.Current.CancellationToken);
            Assert.Equal(TrainingOutcome.StoppedEarly, result.Outcome);
            Assert.Equal(result.Best!.Epoch + 2, result.EpochsDone);
        }
        using Trainer again = Trainer.Resume(In("run"), Train, Validation, Options);
        Assert.Equal(TrainingOutcome.StoppedEarly, again.Run(cancellation: TestContext.Current.CancellationToken).Outcome);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_training_with_the_remedy()
    {
        using Trainer trainer = Start(ToyTraining.Recipe("""{"optimizer":{"name":"sgd","learningRate":1e30},"schedule":{"name":"cosine"}}"""), "run");
        var error = Assert.Throws<MienException>(() => trainer.Run(cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("diverged", error.Message, StringComparison.Ordinal);
        Assert.Contains("optimizer.learningRate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_epoch_is_kept_where_the_recipe_says_so_however_it_validates()
    {
        // So high a rate that the accuracy goes up and down.
        using Trainer trainer = Start(ToyTraining.Recipe("""{"keep":"last","epochs":6,"optimizer":{"name":"sgd","learningRate":0.5,"momentum":0.9}}"""), "run");
        TrainingResult result = trainer.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(result.Folder.ReadHistory()[^1], result.Best);
        using Checkpoint kept = Checkpoint.Load(result.Folder.BestPath);
        Assert.Equal(6, kept.EpochsDone);
        Assert.All(trainer.Network.state_dict(), entry => Assert.Equal(entry.Value.data<float>().ToArray(), Safetensors.Read(result.Folder.BestPath).Tensors[entry.Key].data<float>().ToArray()));
    }

    [Fact]
    public void Fine_tuning_learns_the_classifier_alone_then_all_and_resumes_without_the_weights()
    {
        string weights = In("pretrained.safetensors");
        using (Trainer source = Start(ToyTraining.Recipe(), "source"))
        {
            source.Run(cancellation: TestContext.Current.CancellationToken);
            Safetensors.Write(weights, source.Network.state_dict());
        }
        Recipe recipe = ToyTraining.Recipe($$"""{"epochs":4,"seed":8,"pretrained":{"weights":{{System.Text.Json.JsonSerializer.Serialize(weights)}},"frozenEpochs":2,"featureRate":0.5} }""");
        using (Trainer whole = Start(recipe, "whole"))
            whole.Run(cancellation: TestContext.Current.CancellationToken);

        using (Trainer first = Start(recipe, "parts"))
        {
            File.Delete(weights);
            StopAt(first, epoch: 3, batch: 1);
        }
        using (SafetensorsFile source = Safetensors.Read(new RunFolder(In("source")).LastPath))
        using (SafetensorsFile frozen = Safetensors.Read(new RunFolder(In("parts")).LastPath))
        {
            string[] features = [.. source.Tensors.Keys.Where(name => name.StartsWith("stem", StringComparison.Ordinal) || name.StartsWith("stage", StringComparison.Ordinal))];
            Assert.All(features, name => Assert.Equal(source.Tensors[name].data<float>().ToArray(), frozen.Tensors[name].data<float>().ToArray()));
            Assert.NotEqual(source.Tensors["output.weight"].data<float>().ToArray(), frozen.Tensors["output.weight"].data<float>().ToArray());
        }
        using (Trainer second = Trainer.Resume(In("parts"), Train, Validation, Options))
            second.Run(cancellation: TestContext.Current.CancellationToken);
        AssertSameTensors("last.safetensors");
        using SafetensorsFile before = Safetensors.Read(new RunFolder(In("source")).LastPath);
        using SafetensorsFile after = Safetensors.Read(new RunFolder(In("whole")).LastPath);
        Assert.NotEqual(before.Tensors["stem.conv.weight"].data<float>().ToArray(), after.Tensors["stem.conv.weight"].data<float>().ToArray());
    }

    [Fact]
    public void Weights_that_are_not_there_leave_no_run_folder()
    {
        var error = Assert.Throws<MienException>(() => Start(ToyTraining.Recipe("""{"pretrained":{"weights":"none.pth"}}"""), "run"));
        Assert.Contains("--weights", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("run")));
    }

    [Fact]
    public void Distributions_are_learned()
    {
        FaceDataset train = ToyTraining.Data("train", 100, 1, distributions: true);
        FaceDataset validation = ToyTraining.Data("validation", 41, 2, distributions: true);
        using Trainer trainer = Trainer.Start(ToyTraining.Recipe(), train, validation, In("run"), Options);
        TrainingResult result = trainer.Run(cancellation: TestContext.Current.CancellationToken);
        Assert.True(result.Best!.ValidationAccuracy > 0.9);
        // The entropy of (0.8, 0.1, 0.1): no prediction can be below it.
        Assert.InRange(result.Best.ValidationLoss, 0.639, 1.0);
    }

    [Fact]
    public void Colour_is_learned()
    {
        FaceDataset train = ToyTraining.Data("train", 64, 1, format: PixelFormat.Rgb24);
        FaceDataset validation = ToyTraining.Data("validation", 20, 2, format: PixelFormat.Rgb24);
        Recipe recipe = ToyTraining.Recipe("""{"input":{"size":16,"channels":3,"mean":[120,120,120],"deviation":[60,50,60]}}""");
        using Trainer trainer = Trainer.Start(recipe, train, validation, In("run"), Options);
        Assert.True(trainer.Run(cancellation: TestContext.Current.CancellationToken).Best!.ValidationAccuracy > 0.8);
    }

    [Fact]
    public void A_training_leaves_no_tensors_behind()
    {
        using (Trainer warm = Start(ToyTraining.Recipe("""{"epochs":1}"""), "warm"))
            warm.Run(cancellation: TestContext.Current.CancellationToken);
        Collect();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (Trainer trainer = Start(ToyTraining.Recipe("""{"epochs":1,"averaging":{"decay":0.9}}"""), "run"))
        {
            var live = new List<long>();
            trainer.Run(new Reports(report =>
            {
                if (report.Finished is null)
                    live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            }), TestContext.Current.CancellationToken);
            Assert.Equal(7, live.Count);
            // The first step makes gradients, which each later one replaces.
            Assert.Single(live.Distinct());
        }
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        static void Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [Fact]
    public void A_folder_that_holds_a_training_is_not_overwritten_unasked()
    {
        Start(ToyTraining.Recipe(), "run").Dispose();
        var error = Assert.Throws<MienException>(() => Start(ToyTraining.Recipe(), "run"));
        Assert.Contains(In("run"), error.Message, StringComparison.Ordinal);
        Trainer.Start(ToyTraining.Recipe(), Train, Validation, In("run"), Options with { Overwrite = true }).Dispose();
    }

    [Fact]
    public void Resuming_with_other_data_or_without_a_training_is_refused()
    {
        Start(ToyTraining.Recipe(), "run").Dispose();
        Assert.Contains("other data", Assert.Throws<MienException>(() => Trainer.Resume(In("run"), ToyTraining.Data("train", 100, 3), Validation)).Message, StringComparison.Ordinal);
        Assert.Contains("no training to resume", Assert.Throws<MienException>(() => Trainer.Resume(In("none"), Train, Validation)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_does_not_fit_the_recipe_is_refused()
    {
        Recipe recipe = ToyTraining.Recipe("""{"input":{"size":24,"mean":[120],"deviation":[60]}}""");
        Assert.Contains("16x16", Assert.Throws<MienException>(() => Start(recipe, "run")).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("run")));
    }

    [Fact]
    public void What_is_no_checkpoint_is_refused()
    {
        string path = In("x.safetensors");
        using (var tensor = ones([2]))
            Safetensors.Write(path, new Dictionary<string, Tensor> { ["a"] = tensor });
        Assert.Contains("no checkpoint", Assert.Throws<ModelException>(() => Checkpoint.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Balanced_weights_make_every_class_count_the_same()
    {
        var data = new FaceDataset("train", ["a", "b", "c"], 1, PixelFormat.Gray8, new byte[8], [0, 0, 0, 0, 0, 0, 1, 1]);
        Assert.Equal([8 / 12f, 2, 1], ClassificationTask.BalancedWeights(data));
    }

    private string In(string name) => Path.Combine(_folder, name);

    private Trainer Start(Recipe recipe, string name) => Trainer.Start(recipe, Train, Validation, In(name), Options);

    /// <summary>Asks to stop after a batch.</summary>
    private static TrainingResult StopAt(Trainer trainer, int epoch, int batch)
    {
        using var source = new CancellationTokenSource();
        TrainingResult result = trainer.Run(new Reports(report =>
        {
            if (report.Epoch == epoch && report.Batch >= batch)
                source.Cancel();
        }), source.Token);
        Assert.Equal(TrainingOutcome.Cancelled, result.Outcome);
        Assert.Equal(epoch - 1, result.EpochsDone);
        return result;
    }

    private void AssertSameTensors(string file)
    {
        using SafetensorsFile a = Safetensors.Read(Path.Combine(In("whole"), file));
        using SafetensorsFile b = Safetensors.Read(Path.Combine(In("parts"), file));
        Assert.Equal(a.Tensors.Keys.Order(StringComparer.Ordinal), b.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, Tensor tensor) in a.Tensors)
        {
            if (tensor.dtype == ScalarType.Int64)
                Assert.Equal(tensor.data<long>().ToArray(), b.Tensors[name].data<long>().ToArray());
            else
                Assert.True(tensor.data<float>().ToArray().AsSpan().SequenceEqual(b.Tensors[name].data<float>().ToArray()), $"{file}: {name} differs");
        }
    }
}
