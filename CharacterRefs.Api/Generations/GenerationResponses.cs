using CharacterRefs.Api.Http;
using CharacterRefs.Application.Configuration;
using CharacterRefs.Application.Generations;
using CharacterRefs.Application.Generations.CancelGeneration;
using CharacterRefs.Application.Generations.Generate;
using CharacterRefs.Application.Generations.WatchGenerations;

namespace CharacterRefs.Api.Generations;

/// <summary>Responds to the request that started a generation: with its images when it is final, or with the generation as it is.</summary>
public sealed class GenerationResponses(
    WatchGenerationsHandler watch,
    CancelGenerationHandler canceling,
    GenerationView resources,
    GenerationSettings settings,
    CatalogSettings catalog,
    IHostApplicationLifetime lifetime,
    TimeProvider clock)
{
    private static readonly TimeSpan s_pollAdvice = TimeSpan.FromSeconds(2);

    /// <summary>The relative URL of a generation.</summary>
    public static string UrlOf(Generation generation) => $"/api/mv/generations/{generation.Id}";

    /// <summary>Waits as the client prefers, then responds.</summary>
    public async Task<ActionResult> RespondAsync(ControllerBase controller, StartedGeneration started, bool withBase64, CancellationToken cancellationToken)
    {
        var http = controller.HttpContext;
        var preference = Preference.Read(http.Request.Headers);
        http.Response.Headers.Location = UrlOf(started.Generation);
        if (started.IsReplay)
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
        }

        if (preference.IsAsync)
        {
            http.Response.Headers["Preference-Applied"] = preference.Applied;
        }

        var generation = started.Generation;
        if (!generation.IsFinal && (!preference.IsAsync || preference.Wait > TimeSpan.Zero))
        {
            generation = await WaitAsync(started, preference, cancellationToken);
        }

        // Errors of an asynchronous request are only those that keep it from starting; later ones are in the generation.
        var error = SlotFailure.OfAll(generation);
        if (generation.IsFinal && !(preference.IsAsync && error is not null))
        {
            return error is not null ? controller.ToProblem(error) : await ToResultAsync(generation, withBase64, cancellationToken);
        }

        // Another node continues what this one leaves.
        if (!preference.IsAsync && !catalog.IsShared)
        {
            return controller.ToProblem(new Error(
                ErrorKind.StorageUnavailable, $"The service is stopping. The generation is resumed after the restart: GET {UrlOf(generation)}."));
        }

        return await AcceptAsync(controller, new StartedGeneration(generation, started.IsReplay));
    }

    /// <summary>202 with the generation as it is, and when to look again if it is not final.</summary>
    public async Task<ActionResult> AcceptAsync(ControllerBase controller, StartedGeneration started)
    {
        var headers = controller.Response.Headers;
        headers.Location = UrlOf(started.Generation);
        if (!started.Generation.IsFinal)
        {
            headers.RetryAfter = s_pollAdvice.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        }

        if (started.IsReplay)
        {
            headers["Idempotent-Replayed"] = "true";
        }

        return new ObjectResult(await resources.GetAsync(started.Generation)) { StatusCode = StatusCodes.Status202Accepted };
    }

    /// <summary>As far as it came when the client leaves, its wait is over, or the service stops.</summary>
    private async Task<Generation> WaitAsync(StartedGeneration started, Preference preference, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(preference.Wait > TimeSpan.Zero ? preference.Wait : Timeout.InfiniteTimeSpan, clock);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lifetime.ApplicationStopping, limit.Token);
        try
        {
            return await watch.WaitForEndAsync(started.Generation, timeout.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A client that joined did not begin it, and others may wait for it.
            if (settings.CancelsOnDisconnect && !preference.IsAsync && !started.IsReplay)
            {
                await canceling.HandleAsync(started.Generation.Id, CancellationToken.None);
            }

            throw;
        }
        catch (OperationCanceledException)
        {
            return started.Generation;
        }
    }

    private async Task<ActionResult> ToResultAsync(Generation generation, bool withBase64, CancellationToken cancellationToken)
    {
        var (response, stored) = await resources.GetResponseAsync(generation, cancellationToken);
        return new GeneratedImagesResult(response, [.. stored.Select(image => withBase64 ? image : null)]);
    }
}
