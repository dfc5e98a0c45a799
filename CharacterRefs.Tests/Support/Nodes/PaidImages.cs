using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using CharacterRefs.Domain.Assets;
using CharacterRefs.Tests.Support.Scenes;

namespace CharacterRefs.Tests.Support.Nodes;

/// <summary>
/// Compares what was paid for with what there is, once all generations are final: predictions of Replicate, images, their bytes, generations, repeated
/// requests and webhooks.
/// </summary>
internal sealed class PaidImages(NodesScene scene, GenerationClients clients)
{
    private readonly ConcurrentQueue<string> _faults = [];

    /// <summary>Every deviation, in a sentence.</summary>
    public IReadOnlyList<string> Faults => [.. clients.Faults, .. _faults];

    /// <summary>Slots whose paid request never left, because their node was killed before.</summary>
    public int NeverSent { get; private set; }

    /// <summary>Webhooks that arrived more than once, with the same id.</summary>
    public int RepeatedWebhooks { get; private set; }

    public int Images { get; private set; }

    /// <summary>An image of its own for each prediction, so that its bytes identify the prediction.</summary>
    public static byte[] ImageOf(int index) => TestImages.Solid(ImageFormat.Png, 40 + (index % 64), 40 + (index / 64));

    public async Task CompareAsync(CancellationToken cancellationToken)
    {
        var generations = await ReadGenerationsAsync(cancellationToken);
        var paid = scene.Stub.Predictions.ToDictionary(prediction => prediction.Id, prediction => BucketScene.HashOf(ImageOf(prediction.Index)));
        var images = await ListAsync(cancellationToken);
        Images = images.Count;
        CompareSlots(generations, paid, images);
        await CompareBytesAsync(images, cancellationToken);
        await CompareBucketAsync(images);
        await CompareWebhooksAsync(generations.Keys, cancellationToken);
    }

    /// <summary>Every generation by its URL, found by repeating its request.</summary>
    private async Task<IReadOnlyDictionary<string, JsonElement>> ReadGenerationsAsync(CancellationToken cancellationToken)
    {
        var found = new ConcurrentDictionary<string, JsonElement>();
        await Parallel.ForEachAsync(clients.Urls.Keys, Options(cancellationToken), async (number, cancellation) =>
        {
            Check(await clients.PostAsync(number, "respond-async", cancellation), $"the request {number} got another response when it was sent again");
            var generation = await clients.ReadAsync(clients.Urls[number], cancellation);
            Check(generation.IsFinal(), $"{clients.Urls[number]} is not final: {generation.Text("status")}");
            Check(found.TryAdd(clients.Urls[number], generation), $"{clients.Urls[number]} is the generation of two requests");
        });
        return found;
    }

    private void CompareSlots(IReadOnlyDictionary<string, JsonElement> generations, Dictionary<string, string> paid, Dictionary<string, string> images)
    {
        var ofSlots = new Dictionary<string, string>();
        foreach (var (url, generation) in generations)
        {
            foreach (var slot in generation.GetProperty("slots").EnumerateArray())
            {
                var (prediction, image) = (slot.GetProperty("prediction_id").GetString(), slot.GetProperty("image_id").GetString());
                if (slot.Text("state") == "succeeded")
                {
                    // A node may die after it published the image and before the catalog took the id: the next one finds the image by its name.
                    prediction ??= paid.FirstOrDefault(one => one.Value == images.GetValueOrDefault(image!)).Key ?? $"unknown, of image {image}";
                    Check(ofSlots.TryAdd(prediction, image!), $"prediction {prediction} is two slots");
                    var isDelivered = images.GetValueOrDefault(image!) == paid.GetValueOrDefault(prediction);
                    Check(isDelivered, $"image {image} is not what prediction {prediction} delivered");
                }
                else if (slot.GetProperty("error").GetString() == "SubmissionLost" && prediction is null)
                {
                    NeverSent++;
                }
                else
                {
                    _faults.Enqueue($"a slot of {url} failed: {slot.GetRawText()}");
                }
            }
        }

        foreach (var prediction in paid.Keys.Except(ofSlots.Keys))
        {
            _faults.Enqueue($"prediction {prediction} was paid for and is no image");
        }

        foreach (var image in images.Keys.Except(ofSlots.Values))
        {
            _faults.Enqueue($"image {image} is of no slot");
        }
    }

    private async Task CompareBytesAsync(Dictionary<string, string> images, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(images, Options(cancellationToken), async (image, cancellation) =>
        {
            var bytes = await clients.ReadBytesAsync($"/api/mv/character_references/{image.Key}/content", cancellation);
            Check(BucketScene.HashOf(bytes) == image.Value, $"image {image.Key} is served with other bytes");
        });

    private async Task CompareBucketAsync(Dictionary<string, string> images)
    {
        var (stored, expected) = (await scene.BucketContentsAsync(), images.Keys.Select(image => $"character_references/{image}.png").ToList());
        Check(expected.Except(stored).ToList() is [], $"the bucket lacks {string.Join(", ", expected.Except(stored))}");
        Check(stored.Except(expected).ToList() is [], $"the bucket has {string.Join(", ", stored.Except(expected))} without a record");
    }

    /// <summary>Waits until each generation was reported: a message whose sender was killed comes again by itself.</summary>
    private async Task CompareWebhooksAsync(IEnumerable<string> urls, CancellationToken cancellationToken)
    {
        var missing = urls.ToHashSet();
        await Condition.UntilAsync(
            () =>
            {
                missing.ExceptWith(scene.Receiver.Received.Select(UrlOf));
                return missing.Count == 0 || cancellationToken.IsCancellationRequested;
            },
            Timeout.InfiniteTimeSpan);

        var messages = scene.Receiver.Received.ToLookup(UrlOf, message => message.Id);
        Check(missing.Count == 0, $"no webhook came of {string.Join(", ", missing)}");
        foreach (var messagesOfOne in messages)
        {
            Check(messagesOfOne.Distinct().Count() == 1, $"{messagesOfOne.Key} was reported with the ids {string.Join(", ", messagesOfOne.Distinct())}");
        }

        RepeatedWebhooks = scene.Receiver.Received.Count - messages.Count;
    }

    private static string UrlOf(Webhooks.RecordedWebhook message)
    {
        using var document = JsonDocument.Parse(message.Body);
        return document.RootElement.GetProperty("data").Text("url");
    }

    /// <summary>Every image with the hash of its record.</summary>
    private async Task<Dictionary<string, string>> ListAsync(CancellationToken cancellationToken)
    {
        var images = new Dictionary<string, string>();
        string? cursor = null;
        do
        {
            var page = await clients.ReadAsync($"/api/mv/character_references?limit=100&cursor={Uri.EscapeDataString(cursor ?? "")}", cancellationToken);
            foreach (var image in page.GetProperty("items").EnumerateArray())
            {
                Check(images.TryAdd(image.Text("id"), image.Text("sha256")), $"image {image.Text("id")} is listed twice");
            }

            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return images;
    }

    private static ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken };

    private void Check(bool isSo, FormattableString otherwise)
    {
        if (!isSo)
        {
            _faults.Enqueue(otherwise.ToString(CultureInfo.InvariantCulture));
        }
    }
}
