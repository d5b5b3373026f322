namespace Mien.Cli.Commands;

/// <summary>What is asked of a video apart from its readings.</summary>
/// <param name="Rules">What raises alerts.</param>
/// <param name="Webhook">An address that gets the alerts.</param>
/// <param name="Command">A command that gets the alerts.</param>
/// <param name="Markers">Markers whose time is known beforehand.</param>
internal sealed record VideoRequest(IReadOnlyList<AlertRule> Rules, Uri? Webhook, string? Command, IReadOnlyList<Marker> Markers);
