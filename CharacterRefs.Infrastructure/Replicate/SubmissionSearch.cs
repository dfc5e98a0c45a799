using System.Net;
using CharacterRefs.Infrastructure.Replicate.Inputs;
using CharacterRefs.Infrastructure.Replicate.Wire;

namespace CharacterRefs.Infrastructure.Replicate;

/// <summary>
/// Searches for a prediction whose create was sent and whose response is lost, in Replicate's list: by our webhook URL where it has one, otherwise by its
/// inputs. Equal inputs make equal images, so any unclaimed match is the right one.
/// </summary>
internal sealed class SubmissionSearch(ReplicateClient client, ReplicateErrors errors)
{
    // The clocks of this machine and of Replicate may differ; by so much S3 tolerates it too.
    private static readonly TimeSpan s_clockSkew = TimeSpan.FromMinutes(15);

    // From its record to its arrival. A node that was held up in between does not send it, see ICatalogNode.HasLease.
    private static readonly TimeSpan s_longestSending = TimeSpan.FromMinutes(5);

    // A page has 100, and an account creates at most 600 a minute: all of the time that is searched.
    private static readonly int s_mostPages = (int)Math.Ceiling(((s_clockSkew * 2) + s_longestSending).TotalMinutes * 6);

    /// <returns>The id, an empty string when the list has none, or why it could not be read.</returns>
    public async Task<Result<string>> FindAsync(SlotTask task, Func<string, Task<bool>> isClaimed, CancellationToken cancellationToken)
    {
        var sentAt = task.StartedAt ?? throw new ArgumentException("The paid request was not sent.", nameof(task));
        var query = $"created_after={Escape(sentAt - s_clockSkew)}&created_before={Escape(sentAt + s_longestSending + s_clockSkew)}";
        for (var page = 0; page < s_mostPages && query is not null; page++)
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

            foreach (var candidate in results.Where(candidate => candidate.HasLegalId))
            {
                var isMatch = IsMatch(candidate, task);
                if (isMatch is false || await isClaimed(candidate.Id!))
                {
                    continue;
                }

                if (isMatch is null)
                {
                    // A list may leave the inputs out.
                    var single = await client.GetAsync(candidate.Id!, cancellationToken);
                    if (!single.Succeeded && single.Status != HttpStatusCode.NotFound)
                    {
                        return errors.Of(single, task.Model);
                    }

                    isMatch = single.Succeeded && single.Read(WireJson.Default.Prediction) is { } whole ? IsMatch(whole, task) : false;
                }

                if (isMatch is true)
                {
                    return candidate.Id!;
                }
            }

            // The URL of the next page is foreign data: only its query is used, on our own base.
            query = Uri.TryCreate(list.Next, UriKind.Absolute, out var next) && next.Query.Length > 1 ? next.Query[1..] : null;
        }

        return "";
    }

    private static string Escape(DateTimeOffset time) =>
        Uri.EscapeDataString(time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));

    /// <returns><c>null</c> without the inputs.</returns>
    private static bool? IsMatch(Prediction candidate, SlotTask task) =>
        candidate.Webhook is { } webhook ? ReplicateOptions.IsHookOf(task.ImageId, webhook)
        : candidate.Input.ValueKind is JsonValueKind.Undefined ? null
        : RecordedInputs.Matches(candidate.Input, task.Parameters, task.Seed);
}
