using CharacterRefs.Api.OpenApi;
using CharacterRefs.Application.Generations.ListFlavors;
using CharacterRefs.Application.Generations.ListModels;

namespace CharacterRefs.Api.Generations;

/// <summary>Models and flavors.</summary>
[ApiController]
[Route("api/mv")]
[Produces("application/json")]
[Tags("Models")]
public sealed class ModelsController : ControllerBase
{
    /// <summary>Returns the models that requests may name and what each accepts.</summary>
    /// <remarks>
    /// Reads the schemas that the provider publishes; they are cached for ten minutes, and nothing is paid. A model whose schema cannot be read is
    /// listed with an `error`. With the placeholder generator (`is_placeholder`) the values are those of the placeholder, whatever the model.
    /// </remarks>
    [HttpGet("models")]
    [ProducesResponseType<GenerationModelList>(StatusCodes.Status200OK)]
    [ProducesProblems]
    public async Task<ActionResult<GenerationModelList>> ListModels([FromServices] ListModelsHandler handler, CancellationToken cancellationToken)
    {
        var models = await handler.HandleAsync(cancellationToken);
        return new GenerationModelList { Items = [.. models.Select(GenerationOffers.From)] };
    }

    /// <summary>Returns the flavors that requests may name and their defaults.</summary>
    /// <remarks>A flavor is a named prompt template with a model and defaults; a request selects one with `config_flavor`.</remarks>
    [HttpGet("flavors")]
    [ProducesResponseType<GenerationFlavorList>(StatusCodes.Status200OK)]
    [ProducesProblems]
    public ActionResult<GenerationFlavorList> ListFlavors([FromServices] ListFlavorsHandler handler) =>
        new GenerationFlavorList { Items = [.. handler.Handle().Select(GenerationOffers.From)] };
}
