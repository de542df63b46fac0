// What a careful engineer would write for the big operation and nothing else: node:http, undici, JSON.stringify. Six
// fetches in four waves, every user and product asked for once per fetch. It validates nothing and handles no error.
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { port, urls } from './given.mjs';

const pools = Object.fromEntries(Object.entries(urls).map(([name, url]) => [name, new Pool(new URL(url).origin)]));

async function ask(subgraph, query, variables, authorization) {
  const { body } = await pools[subgraph].request({
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await body.json()).data;
}

const reviewsOfAll = `query($users:[_Any!]!,$products:[_Any!]!){
  users:_entities(representations:$users){...on User{reviews{...Opinion product{upc ...Reviewed}}}}
  products:_entities(representations:$products){...on Product{...Reviewed}}
}
fragment Opinion on Review{id body stars}
fragment Reviewed on Product{reviews{...Opinion author{id username reviews{...Opinion product{upc}}}}}`;
const namesOf = 'query($of:[_Any!]!){_entities(representations:$of){...on User{name}}}';
const articlesOf = 'query($of:[_Any!]!){_entities(representations:$of){...on Product{name price weight}}}';
const stockOf = 'query($of:[_Any!]!){_entities(representations:$of){...on Product{inStock shippingEstimate}}}';

async function members({ first }, token) {
  const [{ users }, { topProducts }] = await Promise.all([
    ask('accounts', '{users{id username name}}', {}, token),
    ask('products', 'query($first:Int){topProducts(first:$first){upc name price weight}}', { first }, token),
  ]);
  const written = await ask(
    'reviews',
    reviewsOfAll,
    { users: users.map(({ id }) => user(id)), products: topProducts.map(({ upc }) => product(upc)) },
    token,
  );

  const authors = new Set();
  const upcs = new Set();
  const meet = (reviews) => {
    for (const { author } of reviews) {
      authors.add(author.id);
      for (const each of author.reviews) upcs.add(each.product.upc);
    }
  };
  for (const { reviews } of written.users) {
    for (const each of reviews) {
      upcs.add(each.product.upc);
      meet(each.product.reviews);
    }
  }
  for (const { reviews } of written.products) meet(reviews);

  const authorIds = [...authors];
  const reviewedUpcs = [...upcs];
  const [{ _entities: names }, { _entities: reviewed }] = await Promise.all([
    ask('accounts', namesOf, { of: authorIds.map(user) }, token),
    ask('products', articlesOf, { of: reviewedUpcs.map(product) }, token),
  ]);
  const nameById = new Map(authorIds.map((id, at) => [id, names[at].name]));
  const articles = new Map(topProducts.map((each) => [each.upc, each]));
  for (const [at, upc] of reviewedUpcs.entries()) articles.set(upc, reviewed[at]);
  const weighed = [...articles].map(([upc, { price, weight }]) => ({ ...product(upc), price, weight }));
  const { _entities: stock } = await ask('inventory', stockOf, { of: weighed }, token);
  const articleByUpc = new Map(
    weighed.map(({ upc, price, weight }, at) => {
      const { inStock, shippingEstimate } = stock[at];
      return [upc, { inStock, name: articles.get(upc).name, price, shippingEstimate, upc, weight }];
    }),
  );

  const opinion = ({ id, body, stars, product: { upc } }) => ({ id, body, stars, product: articleByUpc.get(upc) });
  const reviewedBy = ({ id, body, stars, author }) => ({
    id,
    body,
    stars,
    author: {
      id: author.id,
      username: author.username,
      name: nameById.get(author.id),
      reviews: author.reviews.map(opinion),
    },
  });
  return {
    users: users.map((each, at) => ({
      ...each,
      reviews: written.users[at].reviews.map(({ id, body, stars, product: { upc, reviews } }) => ({
        id,
        body,
        stars,
        product: { ...articleByUpc.get(upc), reviews: reviews.map(reviewedBy) },
      })),
    })),
    topProducts: topProducts.map(({ upc }, at) => ({
      ...articleByUpc.get(upc),
      reviews: written.products[at].reviews.map(reviewedBy),
    })),
  };
}

const user = (id) => ({ __typename: 'User', id });
const product = (upc) => ({ __typename: 'Product', upc });

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const { variables } = JSON.parse(Buffer.concat(chunks).toString());
    const answer = JSON.stringify({ data: await members(variables, request.headers.authorization) });
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(answer),
    });
    response.end(answer);
  });
}).listen(port, '127.0.0.1');
