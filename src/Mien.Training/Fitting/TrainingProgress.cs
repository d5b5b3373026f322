namespace Mien.Training;

/// <summary>What one epoch came to: a line of <c>history.jsonl</c>.</summary>
/// <remarks>
/// Of a face detector the accuracies are, in training, the mean overlap of the boxes with their faces and, in validation, the average
/// precision at an overlap of 0.5; its validation loss is 1 less that.
/// </remarks>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainLoss">The mean loss that was minimised, label smoothing and class weights included, while the weights changed.</param>
/// <param name="TrainAccuracy">The share of training images, as varied, that were read rightly while the weights changed.</param>
/// <param name="ValidationLoss">The mean plain cross entropy after the epoch.</param>
/// <param name="ValidationAccuracy">The share of validation images that are read rightly after the epoch.</param>
/// <param name="LearningRate">The rate of the epoch's last step.</param>
/// <param name="Seconds">How long the epoch took, validation included.</param>
/// <param name="ImagesPerSecond">Training images a second, validation not included.</param>
public sealed record EpochResult(
    int Epoch, double TrainLoss, double TrainAccuracy, double ValidationLoss, double ValidationAccuracy,
    double LearningRate, double Seconds, double ImagesPerSecond);

/// <summary>How far a training is. Reported a few times a second, on the training's own thread.</summary>
/// <param name="Epoch">The present epoch, from 1.</param>
/// <param name="Epochs">How many there will be at most.</param>
/// <param name="Batch">Batches done in this epoch.</param>
/// <param name="Batches">Batches of an epoch.</param>
/// <param name="Loss">The mean training loss of this epoch so far.</param>
/// <param name="Accuracy">The training accuracy of this epoch so far.</param>
/// <param name="ImagesPerSecond">Training images a second in this epoch so far.</param>
/// <param name="TimeLeft">An estimate of the time until the last epoch is done.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, double Accuracy, double ImagesPerSecond, TimeSpan TimeLeft)
{
    /// <summary>The epoch's result, in the one report that follows its validation; otherwise null.</summary>
    public EpochResult? Finished { get; init; }

    /// <summary>Whether <see cref="Finished"/> is the best epoch so far, where the best one is kept.</summary>
    public bool IsBest { get; init; }
}

/// <summary>Why a training ended.</summary>
public enum TrainingOutcome
{
    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>The validation accuracy no longer rose.</summary>
    StoppedEarly,

    /// <summary>It was asked to stop; it can be resumed.</summary>
    Cancelled,
}

/// <summary>What a training came to.</summary>
/// <param name="Outcome">Why it ended.</param>
/// <param name="EpochsDone">Complete epochs, those before a resume included.</param>
/// <param name="Best">The epoch that is kept: the best by validation accuracy, or the last if the recipe says so; null before the first epoch is complete.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="Message">What happened, and how to go on, as a sentence.</param>
public sealed record TrainingResult(TrainingOutcome Outcome, int EpochsDone, EpochResult? Best, RunFolder Folder, string Message)
{
    /// <summary>The calibration of the best network, which its checkpoint holds too; null where the training was cancelled.</summary>
    public Calibration? Calibration { get; init; }
}
