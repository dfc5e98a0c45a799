using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace CharacterRefs.Infrastructure.Catalog.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class IndexSearch : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "AnnotationFolded",
                table: "references");

            migrationBuilder.DropColumn(
                name: "DescriptionFolded",
                table: "generations");

            migrationBuilder.CreateIndex(
                name: "IX_references_search",
                table: "references",
                column: "SearchKey")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "gin_trgm_ops" })
                .Annotation("Npgsql:StorageParameter:fastupdate", false);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_references_search",
                table: "references");

            migrationBuilder.AddColumn<string>(
                name: "AnnotationFolded",
                table: "references",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<string>(
                name: "DescriptionFolded",
                table: "generations",
                type: "text",
                nullable: false,
                defaultValue: "",
                collation: "C");
        }
    }
}
