using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Mien.Server.Problems;

namespace Mien.Server.Videos;

/// <summary>The videos that were sent: those that wait, those that are read, and the results of the last ones.</summary>
internal sealed class VideoJobs(ServerOptions options, VideoReader reader, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const int IdBytes = 16;

    private readonly PrivateFolder _folder = new();
    private readonly Channel<VideoJob> _waiting = Channel.CreateUnbounded<VideoJob>();
    private readonly List<VideoJob> _jobs = [];
    private int _uploads;

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<VideoJob> All
    {
        get
        {
            lock (_jobs)
                return [.. _jobs];
        }
    }

    /// <summary>A video by its id; null if there is none.</summary>
    public VideoJob? Find(string id) => All.FirstOrDefault(job => job.Id == id);

    /// <summary>Takes a video in and lets it wait for its turn.</summary>
    /// <param name="receive">Writes the video into the file that it is given and returns what the video is called.</param>
    /// <param name="session">The session that stores its readings; null for none.</param>
    /// <exception cref="ProblemException">There are too many videos, or this is none.</exception>
    public async Task<VideoJob> AddAsync(Func<string, Task<string>> receive, string? session)
    {
        MakeRoom();
        string id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)), video = _folder.PathOf($"{id}.video"), readings = _folder.PathOf($"{id}.ndjson");
        try
        {
            string source = await receive(video);
            File.Create(readings).Dispose();
            var job = new VideoJob(id, source, session, video, readings);
            lock (_jobs)
                _jobs.Add(job);
            _waiting.Writer.TryWrite(job);
            return job;
        }
        catch
        {
            TryDelete(video);
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _uploads);
        }
    }

    /// <summary>Stops the reading of a video, if it has not ended, and forgets it.</summary>
    /// <returns>Whether there was one of this id.</returns>
    public bool Remove(string id)
    {
        if (Find(id) is not { } job)
            return false;
        Forget(job);
        return true;
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var job in _jobs)
            job.Dispose();
        _folder.Dispose();
    }

    // Ended when the server begins to stop and not when all requests have ended: some of them follow a reading.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.VideoConcurrency).Select(_ => Task.Run(() => WorkAsync(lifetime.ApplicationStopping), CancellationToken.None)));

    private async Task WorkAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var job in _waiting.Reader.ReadAllAsync(stopping))
            {
                if (!job.HasEnded)
                    await reader.ReadAsync(job, stopping);
                TryDelete(job.Video);
                // One that was forgotten while it was read.
                if (Find(job.Id) is null)
                    TryDelete(job.Readings);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; the folder goes with it.
            foreach (var job in All.Where(job => !job.HasEnded))
                job.End(VideoStatus.Cancelled);
        }
    }

    /// <summary>Takes a place for an upload; the oldest result is forgotten where there is none.</summary>
    private void MakeRoom()
    {
        lock (_jobs)
        {
            while (_jobs.Count + _uploads >= options.MaximumVideos)
            {
                Forget(_jobs.Find(job => job.HasEnded)
                    ?? throw Problem.Busy.Exception($"{options.MaximumVideos} videos are sent, read or waiting already, as many as may be. Try again when one is done."));
            }
            _uploads++;
        }
    }

    private void Forget(VideoJob job)
    {
        lock (_jobs)
            _jobs.Remove(job);
        job.Cancel();
        if (job.Status == VideoStatus.Queued)
            job.End(VideoStatus.Cancelled);
        if (job.HasEnded)
        {
            TryDelete(job.Video);
            TryDelete(job.Readings);
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It goes with the folder.
        }
    }
}
