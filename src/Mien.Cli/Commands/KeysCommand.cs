using System.CommandLine;
using System.Globalization;
using Mien.Cli.Output;
using Mien.Server;
using Spectre.Console;

namespace Mien.Cli.Commands;

/// <summary><c>mien keys</c>: the API keys that <c>mien serve</c> accepts.</summary>
internal static class KeysCommand
{
    private static readonly ApiKeyFile File = new(ApiKeyFile.DefaultPath);

    public static Command Create() => new("keys", "Make, list and revoke the API keys of mien serve.") { MakeKey(), List(), Revoke() };

    private static Command MakeKey()
    {
        var name = new Option<string>("--name") { Description = "What to call the key, such as the program that will use it.", DefaultValueFactory = _ => "" };
        var command = new Command("create", "Make a key and show it, this once.") { name };
        command.SetAction(arguments =>
        {
            var (stored, key) = File.Create(arguments.GetValue(name)!);
            Terminal.Note($"Key {stored.Id}; it is stored as a hash only and not shown again:");
            Console.WriteLine(key);
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "The keys there are.");
        command.SetAction(_ =>
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumn("id").AddColumn("name").AddColumn("made");
            foreach (var key in File.Keys)
                table.AddRow(Markup.Escape(key.Id), Markup.Escape(key.Name), key.Created.ToString("u", CultureInfo.InvariantCulture));
            Terminal.Out.Write(table);
        });
        return command;
    }

    private static Command Revoke()
    {
        var id = new Argument<string>("id") { Description = "The key's id, as `mien keys list` shows it." };
        var command = new Command("revoke", "Take a key back; a running server refuses it at once.") { id };
        command.SetAction(arguments =>
        {
            File.Revoke(arguments.GetValue(id)!);
            Terminal.Note($"Key {arguments.GetValue(id)} is revoked.");
        });
        return command;
    }
}
