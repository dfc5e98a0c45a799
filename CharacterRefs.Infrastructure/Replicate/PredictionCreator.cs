using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate.Wire;
using Microsoft.Extensions.Logging;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>Starts a prediction on the route that its model has, and knows what to make of every refusal.</summary>
internal sealed class PredictionCreator(ReplicateClient client, CreateGate gate, ReplicateErrors errors, ILogger<PredictionCreator> logger)
{
    // Community models have no route of their own: 404 there. Remembered, so that it costs one call per model and process.
    private readonly ConcurrentDictionary<string, bool> _needsVersion = new(StringComparer.Ordinal);

    /// <summary>The created prediction, or why there is none.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up before anything was created.</exception>
    public async Task<Result<Prediction>> CreateAsync(ModelCard card, IReadOnlyDictionary<string, JsonElement> input, Deadline deadline)
    {
        Reply reply;
        try
        {
            reply = await SendAsync(card, input, deadline);
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested && !deadline.Caller.IsCancellationRequested)
        {
            return gate.IsSerial && !deadline.IsStopped ? ReplicateErrors.StillLimited(gate.Remaining) : errors.Ended(deadline, card.Name);
        }

        if (reply.Succeeded && reply.Read(WireJson.Default.Prediction) is { HasLegalId: true } created)
        {
            logger.Created(created.Id!, card.Name);
            return created;
        }

        if (reply.IsRateLimit || reply.End == AttemptEnd.NeverSent)
        {
            // Polly gives back the last refusal when it is cancelled between two tries; for the caller it is a cancellation.
            deadline.Caller.ThrowIfCancellationRequested();
            if (deadline.IsStopped)
            {
                return errors.Ended(deadline, card.Name);
            }
        }

        logger.CreateFailed(card.Name, reply.Reason, errors.LogText(reply));
        return reply.Succeeded ? ReplicateErrors.Unreadable() : errors.Of(reply, card.Name);
    }

    private async Task<Reply> SendAsync(ModelCard card, IReadOnlyDictionary<string, JsonElement> input, Deadline deadline)
    {
        if (!_needsVersion.ContainsKey(card.Name) || card.LatestVersion is null)
        {
            var reply = await client.CreateAsync(card.Name, new CreateBody(null, input), deadline);
            if (reply.Status != HttpStatusCode.NotFound || card.LatestVersion is null)
            {
                return reply;
            }

            _needsVersion[card.Name] = true;
        }

        return await client.CreateAsync(card.Name, new CreateBody(card.LatestVersion, input), deadline);
    }
}
