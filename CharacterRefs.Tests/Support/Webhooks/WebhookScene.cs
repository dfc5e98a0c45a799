using System.Text.Json.Nodes;
using CharacterRefs.Application.Ports.Catalog;
using CharacterRefs.Application.Webhooks;
using CharacterRefs.Infrastructure.Catalog.Rows;
using CharacterRefs.Infrastructure.Webhooks;
using CharacterRefs.Tests.Support.Scenes;
using Microsoft.EntityFrameworkCore;

namespace CharacterRefs.Tests.Support.Webhooks;

/// <summary>Outbox and sender on a catalog of their own, in virtual time; receivers are reached over real sockets.</summary>
internal sealed class WebhookScene : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly WebhookSender _sender;

    private WebhookScene(TestCatalog catalog, WebhookSettings settings)
    {
        Catalog = catalog;
        _http = new HttpClient(WebhookRegistration.CreateHandler(settings)) { Timeout = Timeout.InfiniteTimeSpan };
        Client = new WebhookClient(_http, settings, catalog.Clock);
        _sender = new WebhookSender(
            catalog.Outbox, Client, settings, catalog.Signal, new WebhookMeter(catalog.Meters), catalog.Clock, Log.Of<WebhookSender>());
    }

    public TestCatalog Catalog { get; }

    public WebhookClient Client { get; }

    public CapturedLog Log { get; } = new();

    public DateTimeOffset Now => Catalog.Clock.GetUtcNow();

    /// <param name="settings">The receivers.</param>
    /// <param name="directory">The directory of the catalog, which outlives this; <c>null</c> = a directory of its own.</param>
    public static async Task<WebhookScene> OpenAsync(WebhookSettings settings, TempDirectory? directory = null) =>
        new(await TestCatalog.OpenAsync(directory, settings), settings);

    public static WebhookEvent Event(string type = WebhookEvent.JobPersisted) =>
        new(type, AReference.Time, new JsonObject { ["job_id"] = "robot-film", ["note"] = "Ünï" });

    public Task StartAsync() => _sender.StartAsync(CancellationToken.None);

    public Task EnqueueAsync(WebhookEvent? message = null) => Catalog.Outbox.EnqueueAsync(message ?? Event(), CancellationToken.None);

    public async Task<List<WebhookDeliveryRow>> RowsAsync()
    {
        await using var context = await Catalog.Contexts.CreateDbContextAsync();
        return await context.WebhookDeliveries.AsNoTracking().OrderBy(row => row.Key).ToListAsync();
    }

    /// <summary>Lets real sockets and threads work until this is so.</summary>
    public Task UntilAsync(Func<List<WebhookDeliveryRow>, bool> isSo) =>
        Condition.UntilAsync(async () => isSo(await RowsAsync()), describe: () => string.Join('\n', Log.Lines));

    /// <summary>Lets them work until this is logged, which comes after the row was written.</summary>
    public Task UntilLoggedAsync(string text) => UntilAsync(_ => Log.Lines.Any(line => line.Contains(text, StringComparison.Ordinal)));

    /// <summary>Lets virtual time pass. The sender is woken as well: it may be about to sleep by the time before.</summary>
    public void Advance(TimeSpan span)
    {
        Catalog.Clock.Advance(span);
        Catalog.Signal.Set();
    }

    public async ValueTask DisposeAsync()
    {
        await _sender.StopAsync(CancellationToken.None);
        _sender.Dispose();
        _http.Dispose();
        await Catalog.DisposeAsync();
    }
}
