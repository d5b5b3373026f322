using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Threading.Channels;
using Mien.Output;

namespace Mien.Cli.Output;

/// <summary>Tells of alerts: a line on stderr, a webhook, a command. What fails is reported and stops nothing.</summary>
/// <remarks>Webhook and command get one alert after the other, aside from the frames, which never wait for them.</remarks>
internal sealed class AlertDelivery : IReadingSink
{
    /// <summary>More alerts than this do not wait; the oldest is given up.</summary>
    private const int MostWaiting = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _source;
    private readonly Uri? _webhook;
    private readonly string? _command;
    private readonly Channel<byte[]> _waiting = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest },
        _ => Terminal.Fail($"alerts come faster than they can be delivered; one was given up."));
    private readonly HttpClient _client = new() { Timeout = Patience };
    private readonly Task _delivery;

    /// <summary>Begins to deliver.</summary>
    /// <param name="source">The name of what is watched.</param>
    /// <param name="webhook">An address that each alert is posted to, as JSON.</param>
    /// <param name="command">A command for the shell that gets each alert on stdin, as JSON.</param>
    public AlertDelivery(string source, Uri? webhook, string? command)
    {
        (_source, _webhook, _command) = (source, webhook, command);
        _delivery = Task.Run(DeliverAsync);
    }

    public void Add(FrameReading reading, Image picture) { }

    public void Alert(AlertEvent alert)
    {
        Terminal.Note(Describe(alert));
        using var json = new MemoryStream();
        new JsonLines(json).Write(TimelineEvent.Of(_source, alert), PictureJson.Plain.TimelineEvent);
        _waiting.Writer.TryWrite(json.ToArray());
    }

    public void Mark(TimeSpan time, string marker) { }

    public void Finish(IReadOnlyList<TrackEvent> events)
    {
        _waiting.Writer.TryComplete();
        if (!_delivery.Wait(Patience))
            Terminal.Fail("not all alerts could be delivered in time.");
    }

    public void Dispose()
    {
        _waiting.Writer.TryComplete();
        _client.Dispose();
    }

    private static string Describe(AlertEvent alert)
    {
        string who = alert.Track is { } track ? $" (face {track})" : "";
        string value = alert.Value is { } now ? string.Create(CultureInfo.InvariantCulture, $", now {now:0.##}") : ", out of sight";
        string time = string.Create(CultureInfo.InvariantCulture, $"{alert.Time.TotalSeconds:0.0} s");
        return alert.Kind == AlertEventKind.Raised ? $"{time}: alert: {alert.Rule.Text}{who}{value}" : $"{time}: alert over: {alert.Rule.Text}{who}{value}";
    }

    private async Task DeliverAsync()
    {
        await foreach (byte[] alert in _waiting.Reader.ReadAllAsync())
        {
            if (_webhook is not null)
                await PostAsync(_webhook, alert);
            if (_command is not null)
                await RunAsync(_command, alert);
        }
    }

    private async Task PostAsync(Uri address, byte[] alert)
    {
        try
        {
            using var content = new ByteArrayContent(alert);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await _client.PostAsync(address, content);
            if (!answer.IsSuccessStatusCode)
                Terminal.Fail($"the webhook {address.Host} answered an alert with {(int)answer.StatusCode} {answer.ReasonPhrase}.");
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            string reason = error is OperationCanceledException ? $"no answer within {Patience.TotalSeconds} s" : error.Message.TrimEnd('.');
            Terminal.Fail($"an alert could not be sent to the webhook {address.Host}: {reason}.");
        }
    }

    private static async Task RunAsync(string command, byte[] alert)
    {
        string[] shell = OperatingSystem.IsWindows() ? ["cmd", "/c"] : ["/bin/sh", "-c"];
        try
        {
            // Its output goes to stderr, because stdout is for the readings.
            using var process = Process.Start(new ProcessStartInfo(shell[0], [shell[1], command])
            {
                RedirectStandardInput = true, RedirectStandardOutput = true,
            })!;
            process.OutputDataReceived += (_, line) => { if (line.Data is not null) Terminal.Note(line.Data); };
            process.BeginOutputReadLine();
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(alert);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The command does not read what it is given, which is its own affair.
            }
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                Terminal.Fail($"the alert command was stopped, because it took longer than {Patience.TotalSeconds} s: {command}");
                return;
            }
            if (process.ExitCode != 0)
                Terminal.Fail($"the alert command ended with exit code {process.ExitCode}: {command}");
        }
        catch (Win32Exception error)
        {
            Terminal.Fail($"the alert command cannot be run: {error.Message}: {command}");
        }
    }
}
