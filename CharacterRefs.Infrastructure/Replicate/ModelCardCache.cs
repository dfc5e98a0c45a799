using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Serialization.Metadata;
using CharacterRefs.Application.Generations;
using CharacterRefs.Infrastructure.Replicate.Inputs;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Reads models and caches them, because schemas drift too often for a table in the code and too rarely for a call per request. Names come from
/// the configured allow-list, so the number of entries is bounded.
/// </summary>
internal sealed class ModelCardCache(
    ReplicateClient client, ReplicateErrors errors, ReplicateOptions options, TimeProvider clock, ILogger<ModelCardCache> logger)
{
    private static readonly TimeSpan s_life = TimeSpan.FromMinutes(10);

    // For all attempts together; a client waits for its plan.
    private static readonly TimeSpan s_longestRead = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Remembered<ModelCard>> _cards = new(StringComparer.Ordinal);

    /// <summary>The model, or why it cannot be used.</summary>
    public Task<Result<ModelCard>> GetAsync(string model, CancellationToken cancellationToken) =>
        _cards.GetOrAdd(model, _ => new Remembered<ModelCard>(s_life, clock)).GetAsync(token => FetchAsync(model, token), cancellationToken);

    /// <summary>Reads the model again for the next request, because Replicate said that it or its version is gone.</summary>
    public void Forget(string model) => _cards.TryRemove(model, out _);

    private async Task<Result<ModelCard>> FetchAsync(string model, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.Deadline < s_longestRead ? options.Deadline : s_longestRead, clock, cancellationToken);
        var path = ModelPath.Of(model);
        return path switch
        {
            { IsDeployment: true } => await FetchDeploymentAsync(model, path, deadline),
            { Version: { } version } => Map(
                await ReadAsync(model, VersionPath(path), WireJson.Default.ModelVersion, deadline),
                found => Card(model, CreateRoute.ForVersion(version), null, found)),
            _ => Map(
                await ReadAsync(model, path.Path, WireJson.Default.ModelDocument, deadline),
                found => Card(
                    model,
                    new CreateRoute(path.Predictions, null),
                    found.LatestVersion?.Id is { } id ? CreateRoute.ForVersion(id) : null,
                    found.LatestVersion)),
        };
    }

    /// <summary>A deployment runs a version of a model; its schema is that version's.</summary>
    private async Task<Result<ModelCard>> FetchDeploymentAsync(string model, ModelPath path, Deadline deadline)
    {
        var read = await ReadAsync(model, path.Path, WireJson.Default.DeploymentDocument, deadline);
        if (!read.TryGet(out var deployment, out var error))
        {
            return error;
        }

        // The names become part of a URL, so they must be what a request could name as well.
        if (deployment.CurrentRelease is not { } release || ModelName.Parse($"{release.Model}:{release.Version}") is not { } pinned)
        {
            return ReplicateErrors.Unreadable();
        }

        var reply = await client.GetModelAsync(VersionPath(ModelPath.Of(pinned)), deadline);
        return reply.Succeeded || reply.Status == HttpStatusCode.NotFound
            ? Card(model, new CreateRoute(path.Predictions, null), null, reply.Succeeded ? reply.Read(WireJson.Default.ModelVersion) : null)
            : errors.Of(reply, model);
    }

    private async Task<Result<T>> ReadAsync<T>(string model, string path, JsonTypeInfo<T> type, Deadline deadline)
        where T : class
    {
        var reply = await client.GetModelAsync(path, deadline);
        return !reply.Succeeded ? errors.Of(reply, model) : reply.Read(type) is { } document ? document : ReplicateErrors.Unreadable();
    }

    private ModelCard Card(string model, CreateRoute route, CreateRoute? fallback, ModelVersion? version)
    {
        var schema = version is null ? null : ModelSchema.Read(version.OpenapiSchema);
        if (schema is null)
        {
            logger.SchemaMissing(model);
        }

        return new ModelCard(model, route, fallback, schema);
    }

    private static string VersionPath(ModelPath path) => $"{path.Path}/versions/{path.Version}";

    private static Result<ModelCard> Map<T>(Result<T> read, Func<T, ModelCard> card) => read.Match<Result<ModelCard>>(found => card(found), error => error);
}
