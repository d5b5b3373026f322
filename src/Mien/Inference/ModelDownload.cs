using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Mien;

/// <summary>Fetches a known model into the user's cache: goes on where a fetch broke off, and verifies what it got.</summary>
public static class ModelDownload
{
    private const int Attempts = 4;
    private const int BlockSize = 64 * 1024;

    /// <summary>How long the other side may be silent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Fetches a model, unless it is there already; then no network is needed.</summary>
    /// <param name="model">What to fetch.</param>
    /// <param name="progress">Told how many bytes are there, of how many.</param>
    /// <param name="cancellation">Stops the fetch; what arrived is kept for the next one.</param>
    /// <returns>The verified file.</returns>
    /// <exception cref="ModelException">It could not be fetched, or what came is not the model.</exception>
    public static Task<string> FetchAsync(KnownModel model, IProgress<(long Done, long Total)>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return FetchAsync(model, KnownModels.PathOf(model), TimeSpan.FromSeconds(1), progress, cancellation);
    }

    /// <inheritdoc cref="FetchAsync(KnownModel, IProgress{ValueTuple{long, long}}?, CancellationToken)"/>
    /// <param name="model">What to fetch.</param>
    /// <param name="path">Where to put it.</param>
    /// <param name="firstPause">How long to wait after the first failure; after each further one twice as long.</param>
    /// <param name="progress">Told how many bytes are there, of how many.</param>
    /// <param name="cancellation">Stops the fetch; what arrived is kept for the next one.</param>
    internal static async Task<string> FetchAsync(KnownModel model, string path, TimeSpan firstPause,
        IProgress<(long Done, long Total)>? progress, CancellationToken cancellation)
    {
        try
        {
            if (await IsVerifiedAsync(model, path, cancellation).ConfigureAwait(false))
            {
                progress?.Report((model.Size, model.Size));
                return path;
            }
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // Not shared: two fetches of one file would write into each other's bytes.
            var part = new FileStream(path + ".part", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            await using (part.ConfigureAwait(false))
                await CompleteAsync(model, part, firstPause, progress, cancellation).ConfigureAwait(false);
            File.Move(part.Name, path, overwrite: true);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: {model.Name} cannot be stored there: {error.Message}", error);
        }
    }

    /// <summary>Receives until the file is whole and verified.</summary>
    private static async Task CompleteAsync(KnownModel model, FileStream part, TimeSpan pause, IProgress<(long Done, long Total)>? progress, CancellationToken cancellation)
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.Add(new("mien", null));
        for (int attempt = 1; ; attempt++)
        {
            if (part.Length > model.Size)
                part.SetLength(0);
            bool resumed = part.Length > 0;
            try
            {
                if (part.Length < model.Size)
                    await ReceiveAsync(client, model, part, progress, cancellation).ConfigureAwait(false);
                string? fault = await FaultAsync(model, part, cancellation).ConfigureAwait(false);
                if (fault is null)
                    return;
                part.SetLength(0);
                if (resumed)
                    continue;
                part.Close();
                File.Delete(part.Name);
                throw new ModelException($"{model.Address}: what came is not {model.Name}: {fault}. It has been removed. {ByHand(model)}");
            }
            catch (TransferException error)
            {
                if (!error.MayPass || attempt >= Attempts)
                    throw new ModelException($"{model.Address}: {model.Name} could not be fetched: {error.Message} {ByHand(model)}", error);
                await Task.Delay(pause, cancellation).ConfigureAwait(false);
                pause *= 2;
            }
        }
    }

    /// <summary>Makes one request for what is missing and appends what comes.</summary>
    private static async Task ReceiveAsync(HttpClient client, KnownModel model, FileStream part, IProgress<(long Done, long Total)>? progress, CancellationToken cancellation)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        silence.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, model.Address);
            if (part.Length > 0)
                request.Headers.Range = new RangeHeaderValue(part.Length, null);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
            Place(response, part);
            using var body = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
            var block = new byte[BlockSize];
            while (true)
            {
                silence.CancelAfter(Patience);
                int count = await ReadAsync(body, block, silence.Token).ConfigureAwait(false);
                if (count == 0)
                    break;
                await part.WriteAsync(block.AsMemory(0, count), cancellation).ConfigureAwait(false);
                progress?.Report((Math.Min(part.Length, model.Size), model.Size));
                if (part.Length > model.Size)
                    return;
            }
            if (part.Length < model.Size && response.Content.Headers.ContentLength is null)
                throw new TransferException("the connection closed early.", mayPass: true);
        }
        catch (HttpRequestException error)
        {
            throw new TransferException($"{error.Message.TrimEnd('.')}.", mayPass: true, error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new TransferException($"the server was silent for {Patience.TotalSeconds} seconds.", mayPass: true, error);
        }
    }

    /// <summary>Reads from the connection; its failures are kept apart from those of the disk.</summary>
    private static async Task<int> ReadAsync(Stream body, byte[] block, CancellationToken cancellation)
    {
        try
        {
            return await body.ReadAsync(block, cancellation).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new TransferException("the connection broke.", mayPass: true, error);
        }
    }

    /// <summary>Puts the file to where the response goes on: its end, or its beginning if the server sends everything.</summary>
    private static void Place(HttpResponseMessage response, FileStream part)
    {
        int status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == part.Length)
        {
            part.Seek(0, SeekOrigin.End);
            return;
        }
        part.SetLength(0);
        if (response.StatusCode == HttpStatusCode.OK)
            return;
        bool mayPass = status is >= 500 or 408 or 429 or (int)HttpStatusCode.PartialContent or (int)HttpStatusCode.RequestedRangeNotSatisfiable;
        throw new TransferException($"the server answered {status} {response.ReasonPhrase}.", mayPass);
    }

    private static async Task<bool> IsVerifiedAsync(KnownModel model, string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
            return false;
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
            return await FaultAsync(model, file, cancellation).ConfigureAwait(false) is null;
    }

    /// <summary>In what the file differs from the model, or null if it is the model.</summary>
    private static async Task<string?> FaultAsync(KnownModel model, FileStream file, CancellationToken cancellation)
    {
        if (file.Length != model.Size)
            return $"it has {(file.Length > model.Size ? "more than " : "")}{Math.Min(file.Length, model.Size):N0} bytes instead of {model.Size:N0}";
        file.Seek(0, SeekOrigin.Begin);
        string sum = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false));
        return sum == model.Sha256 ? null : $"its SHA-256 is {sum} instead of {model.Sha256}";
    }

    private static string ByHand(KnownModel model) => $"Try again later, or name a file that you have: --detector PATH (the one that is needed has SHA-256 {model.Sha256}).";

    /// <summary>A transfer that failed, and whether trying again may help.</summary>
    private sealed class TransferException(string message, bool mayPass, Exception? inner = null) : Exception(message, inner)
    {
        public bool MayPass => mayPass;
    }
}
