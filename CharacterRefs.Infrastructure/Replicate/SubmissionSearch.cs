using System.Globalization;
using CharacterRefs.Application.Ports.Generators;
using CharacterRefs.Application.Results;
using CharacterRefs.Infrastructure.Replicate.Inputs;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Searches for a prediction whose create was sent and whose response is lost, in Replicate's list: by our webhook URL where there is one, otherwise by its
/// inputs. Equal inputs make equal images, so any unclaimed match is the right one.
/// </summary>
internal sealed class SubmissionSearch(ReplicateClient client, ReplicateErrors errors, ReplicateOptions options)
{
    // The clocks of this machine and of Replicate may differ.
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromSeconds(60);

    // A page has 100; an account creates at most 600 a minute.
    private const int MostPages = 50;

    /// <returns>The id, an empty string when the list has none, or why it could not be read.</returns>
    public async Task<Result<string>> FindAsync(SlotTask task, IReadOnlySet<string> claimed, CancellationToken cancellationToken)
    {
        var after = (task.StartedAt ?? DateTimeOffset.UnixEpoch) - s_clockSkew;
        var query = $"created_after={Uri.EscapeDataString(after.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture))}";
        for (var page = 0; page < MostPages && query is not null; page++)
        {
            var reply = await client.ListAsync(query, cancellationToken);
            if (!reply.Succeeded)
            {
                return errors.Of(reply, task.Model);
            }

            if (reply.Read(WireJson.Default.PredictionPage) is not { Results: { } results } list)
            {
                return ReplicateErrors.Unreadable();
            }

            foreach (var candidate in results.Where(candidate => candidate.HasLegalId && !claimed.Contains(candidate.Id!)))
            {
                if (await IsMatchAsync(candidate, task, cancellationToken))
                {
                    return candidate.Id!;
                }
            }

            // The URL of the next page is foreign data: only its query is used, on our own base.
            query = Uri.TryCreate(list.Next, UriKind.Absolute, out var next) && next.Query.Length > 1 ? next.Query[1..] : null;
        }

        return "";
    }

    private async Task<bool> IsMatchAsync(Prediction candidate, SlotTask task, CancellationToken cancellationToken)
    {
        if (options.WebhookUrl(task.ImageId) is { } webhook && candidate.Webhook is { } theirs)
        {
            return theirs == webhook;
        }

        if (candidate.Input.ValueKind is System.Text.Json.JsonValueKind.Undefined)
        {
            // A list may leave the inputs out.
            var reply = await client.GetAsync(candidate.Id!, cancellationToken);
            candidate = reply.Succeeded && reply.Read(WireJson.Default.Prediction) is { } full ? full : candidate;
        }

        return RecordedInputs.Matches(candidate.Input, task.Parameters, task.Seed);
    }
}
