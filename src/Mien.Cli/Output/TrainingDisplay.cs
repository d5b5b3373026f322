using Mien.Training;
using Spectre.Console;

namespace Mien.Cli.Output;

/// <summary>Shows how a training goes, on stderr: a live bar on a terminal, else a line an epoch and one now and then within it.</summary>
internal static class TrainingDisplay
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(30);

    public static TrainingResult Show(Func<IProgress<TrainingProgress>, TrainingResult> train)
    {
        if (Console.IsErrorRedirected)
            return train(new Lines());
        TrainingResult result = default!;
        Terminal.Error.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => result = train(new Bar(context.AddTask("starting"))));
        return result;
    }

    private static string Describe(TrainingProgress now) =>
        $"epoch {now.Epoch}/{now.Epochs}  loss {now.Loss:F4}  accuracy {now.Accuracy:P1}  {now.ImagesPerSecond:F0} images/s  {Left(now.TimeLeft)} left";

    private static string Describe(EpochResult done, bool best) =>
        $"epoch {done.Epoch,3}  train loss {done.TrainLoss:F4} accuracy {done.TrainAccuracy:P2}  validation loss {done.ValidationLoss:F4} accuracy {done.ValidationAccuracy:P2}"
        + $"  {done.ImagesPerSecond:F0} images/s  {done.Seconds:F0} s{(best ? "  best" : "")}";

    private static string Left(TimeSpan time) => time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min" : time.TotalMinutes >= 1 ? $"{time.Minutes} min" : $"{time.Seconds} s";

    private sealed class Lines : IProgress<TrainingProgress>
    {
        private long _last = Environment.TickCount64;

        public void Report(TrainingProgress value)
        {
            if (value.Finished is { } done)
                Console.Error.WriteLine(Describe(done, value.IsBest));
            else if (Environment.TickCount64 - _last >= LineInterval.TotalMilliseconds)
                Console.Error.WriteLine(Describe(value));
            else
                return;
            _last = Environment.TickCount64;
        }
    }

    private sealed class Bar(ProgressTask task) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            task.MaxValue = (long)value.Epochs * value.Batches;
            task.Value = ((long)(value.Epoch - 1) * value.Batches) + value.Batch;
            task.Description = Markup.Escape(Describe(value));
            if (value.Finished is { } done)
                Terminal.Error.WriteLine(Describe(done, value.IsBest));
        }
    }
}
