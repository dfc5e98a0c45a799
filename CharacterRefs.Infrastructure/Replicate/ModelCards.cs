using System.Collections.Concurrent;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate.Inputs;
using CharacterRefs.Infrastructure.Replicate.Wire;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Reads models and remembers them, because schemas drift too often for a table in the code and too rarely for a call per request. Names come from
/// the configured allow-list, so the number of entries is bounded.
/// </summary>
internal sealed class ModelCards(ReplicateClient client, ReplicateErrors errors, ReplicateOptions options, TimeProvider clock, ILogger<ModelCards> logger)
{
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(10);

    // For all attempts together; a client waits for its plan.
    private static readonly TimeSpan s_longestRead = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Remembered<ModelCard>> _cards = new(StringComparer.Ordinal);

    /// <summary>The model, or why it cannot be used.</summary>
    public Task<Result<ModelCard>> GetAsync(string model, CancellationToken cancellationToken) =>
        _cards.GetOrAdd(model, _ => new Remembered<ModelCard>(s_life, clock)).GetAsync(token => FetchAsync(model, token), cancellationToken);

    private async Task<Result<ModelCard>> FetchAsync(string model, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.Deadline < s_longestRead ? options.Deadline : s_longestRead, clock, cancellationToken);
        var reply = await client.GetModelAsync(model, deadline);
        if (!reply.Succeeded)
        {
            return errors.Of(reply, model);
        }

        if (reply.Read(WireJson.Default.ModelDocument) is not { } document)
        {
            return ReplicateErrors.Unreadable();
        }

        var schema = document.LatestVersion is { } version ? ModelSchema.Read(version.OpenapiSchema) : null;
        if (schema is null)
        {
            logger.SchemaMissing(model);
        }

        return new ModelCard(model, document.LatestVersion?.Id, schema);
    }
}
